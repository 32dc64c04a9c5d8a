import type { ByteBatch } from '../image.js';
import { requireChannels } from '../image.js';
import { type Connectivity, connectedComponents } from './connected-components.js';
import { otsuThreshold } from './otsu.js';

export interface ForegroundOptions {
  /** Whether the thing is brighter or darker than what is around it; `auto`: most of the border is background. */
  readonly polarity?: 'bright' | 'dark' | 'auto';
  readonly connectivity?: Connectivity;
}

/**
 * The largest connected region above (`bright`) or at most (`dark`) Otsu's threshold of each grey image,
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
  for (let image = 0; image < count; image++) {
    const values = data.subarray(image * size, (image + 1) * size);
    const threshold = otsuThreshold(values);
    const isBright = polarity === 'auto' ? hasDarkBorder(values, height, width, threshold) : polarity === 'bright';
    for (let at = 0; at < size; at++) inside[at] = values[at]! > threshold === isBright ? 1 : 0;
    const { labels, sizes } = connectedComponents({ height, width, data: inside }, connectivity);
    const largest = sizes.indexOf(sizes.reduce((maximum, pixels) => Math.max(maximum, pixels), 0)) + 1;
    if (largest > 0) for (let at = 0; at < size; at++) mask[image * size + at] = labels[at] === largest ? 1 : 0;
  }
  return { ...images, data: mask };
}

/** Whether at least half of the outermost pixels are at most the threshold. */
function hasDarkBorder(values: Uint8Array, height: number, width: number, threshold: number): boolean {
  let dark = 0;
  let bright = 0;
  for (let row = 0; row < height; row++) {
    const step = row === 0 || row === height - 1 ? 1 : Math.max(1, width - 1);
    for (let column = 0; column < width; column += step) {
      if (values[row * width + column]! > threshold) bright++;
      else dark++;
    }
  }
  return dark >= bright;
}
