import { requireFinitePixels } from './finite.js';
import { type ByteBatch, type ImageBatch, imageLength } from './image.js';

/** A copy of the batch, each image of which `change` has changed in place. */
export function changeImages(images: ImageBatch, change: (image: Float32Array) => void): ImageBatch {
  requireFinitePixels(images);
  const data = Float32Array.from(images.data);
  const length = imageLength(images);
  for (let at = 0; at < data.length; at += length) change(data.subarray(at, at + length));
  return { ...images, data };
}

/** As {@link changeImages}, for bytes. */
export function changeByteImages(images: ByteBatch, change: (image: Uint8Array) => void): ByteBatch {
  const data = Uint8Array.from(images.data);
  const length = imageLength(images);
  for (let at = 0; at < data.length; at += length) change(data.subarray(at, at + length));
  return { ...images, data };
}
