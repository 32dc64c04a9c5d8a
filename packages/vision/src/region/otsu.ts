import type { ByteBatch } from '../image.js';
import { requireChannels } from '../image.js';

/**
 * The level t that maximises the variance between {values <= t} and {values > t} (Otsu 1979); the lowest of equally
 * good ones, the value itself of a constant image.
 *
 * @param levels number of possible values
 */
export function otsuThreshold(values: ArrayLike<number>, levels = 256): number {
  const histogram = new Float64Array(levels);
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    histogram[values[at]!]!++;
    sum += values[at]!;
  }
  let threshold = values[0] ?? 0;
  let best = 0;
  let below = 0;
  let belowSum = 0;
  for (let level = 0; level < levels; level++) {
    const here = histogram[level]!;
    if (here === 0) continue;
    below += here;
    belowSum += here * level;
    const above = values.length - below;
    if (above === 0) break;
    const distance = belowSum / below - (sum - belowSum) / above;
    const variance = below * above * distance * distance;
    if (variance > best) {
      best = variance;
      threshold = level;
    }
  }
  return threshold;
}

/** Otsu's threshold of each grey image and the mask `value > threshold`, [B, H, W, 1] of 0 and 1. */
export function otsuMask(images: ByteBatch, levels = 256): { thresholds: Int32Array; mask: ByteBatch } {
  requireChannels(images, 1);
  const size = images.height * images.width;
  const thresholds = new Int32Array(images.count);
  const mask = new Uint8Array(images.data.length);
  for (let image = 0; image < images.count; image++) {
    const values = images.data.subarray(image * size, (image + 1) * size);
    const threshold = otsuThreshold(values, levels);
    thresholds[image] = threshold;
    for (let at = 0; at < size; at++) mask[image * size + at] = values[at]! > threshold ? 1 : 0;
  }
  return { thresholds, mask: { ...images, data: mask } };
}
