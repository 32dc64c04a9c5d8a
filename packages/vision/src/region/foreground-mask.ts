import type { ByteBatch } from '../image.js';
import { requireChannels } from '../image.js';
import { type Connectivity, connectedComponents } from './connected-components.js';
import { otsuThreshold } from './otsu.js';

export interface ForegroundOptions {
  /** Whether the thing is brighter or darker than what is around it. */
  readonly polarity?: 'bright' | 'dark';
  readonly connectivity?: Connectivity;
}

/**
 * The largest connected region above (`bright`) or at most (`dark`) Otsu's threshold of each grey picture,
 * [B, H, W, 1] of 0 and 1; the first of equally large ones.
 */
export function foregroundMask(
  images: ByteBatch,
  { polarity = 'bright', connectivity = 8 }: ForegroundOptions = {},
): ByteBatch {
  requireChannels(images, 1);
  const { count, height, width, data } = images;
  const size = height * width;
  const mask = new Uint8Array(data.length);
  const inside = new Uint8Array(size);
  for (let picture = 0; picture < count; picture++) {
    const values = data.subarray(picture * size, (picture + 1) * size);
    const threshold = otsuThreshold(values);
    for (let at = 0; at < size; at++) inside[at] = values[at]! > threshold === (polarity === 'bright') ? 1 : 0;
    const { labels, sizes } = connectedComponents({ height, width, data: inside }, connectivity);
    const largest = sizes.indexOf(sizes.reduce((most, pixels) => Math.max(most, pixels), 0)) + 1;
    if (largest > 0) for (let at = 0; at < size; at++) mask[picture * size + at] = labels[at] === largest ? 1 : 0;
  }
  return { ...images, data: mask };
}
