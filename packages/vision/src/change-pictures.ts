import { requireFinitePixels } from './finite.js';
import { type ByteBatch, type ImageBatch, pictureLength } from './image.js';

/** A copy of the batch, each picture of which `change` has changed in place. */
export function changePictures(images: ImageBatch, change: (picture: Float32Array) => void): ImageBatch {
  requireFinitePixels(images);
  const data = Float32Array.from(images.data);
  const length = pictureLength(images);
  for (let at = 0; at < data.length; at += length) change(data.subarray(at, at + length));
  return { ...images, data };
}

/** As {@link changePictures}, for bytes. */
export function changeBytePictures(images: ByteBatch, change: (picture: Uint8Array) => void): ByteBatch {
  const data = Uint8Array.from(images.data);
  const length = pictureLength(images);
  for (let at = 0; at < data.length; at += length) change(data.subarray(at, at + length));
  return { ...images, data };
}
