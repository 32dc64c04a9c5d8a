import { requireFinitePixels } from './finite.js';

/** Pictures of one size, [count, height, width, channels] (NHWC), floats in 0..1 unless a function says otherwise. */
export interface ImageBatch<P extends Float32Array | Uint8Array = Float32Array> {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: P;
}

export type ByteBatch = ImageBatch<Uint8Array>;

/** One channel of one picture, [height, width]. */
export interface Plane<P extends ArrayLike<number> = Float32Array> {
  readonly height: number;
  readonly width: number;
  readonly data: P;
}

/** Pixels of one picture times channels: the length of its data. */
export function pictureLength({ height, width, channels }: ImageBatch<Float32Array | Uint8Array>): number {
  return height * width * channels;
}

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

/** Refuses a batch that has another number of channels. */
export function requireChannels(images: ImageBatch<Float32Array | Uint8Array>, channels: number): void {
  if (images.channels !== channels) throw new RangeError(`expected ${channels} channels, found ${images.channels}`);
}
