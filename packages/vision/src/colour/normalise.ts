import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';

/** `(value - mean) / std` per channel. @param mean, std one value per channel, or one for all */
export function normalise(images: ImageBatch, mean: readonly number[], std: readonly number[]): ImageBatch {
  const { channels, data } = images;
  for (const values of [mean, std])
    if (values.length !== 1 && values.length !== channels)
      throw new RangeError(`expected 1 or ${channels} values, found ${values.length}`);
  requireFinitePixels(images);
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const channel = at % channels;
    out[at] = (data[at]! - mean[mean.length === 1 ? 0 : channel]!) / std[std.length === 1 ? 0 : channel]!;
  }
  return { ...images, data: out };
}
