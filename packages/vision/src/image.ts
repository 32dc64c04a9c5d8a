/** Images of one size, [count, height, width, channels] (NHWC), floats in 0..1 unless a function says otherwise. */
export interface ImageBatch<P extends Float32Array | Uint8Array = Float32Array> {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: P;
}

export type ByteBatch = ImageBatch<Uint8Array>;

/** One channel of one image, [height, width]. */
export interface Plane<P extends ArrayLike<number> = Float32Array> {
  readonly height: number;
  readonly width: number;
  readonly data: P;
}

/** Pixels of one image times channels: the length of its data. */
export function imageLength({ height, width, channels }: ImageBatch<Float32Array | Uint8Array>): number {
  return height * width * channels;
}

/** Refuses a batch that has another number of channels. */
export function requireChannels(images: ImageBatch<Float32Array | Uint8Array>, channels: number): void {
  if (images.channels !== channels) throw new RangeError(`expected ${channels} channels, found ${images.channels}`);
}
