/** Values of an image that are mapped to black and white. */
export interface SampleRange {
  readonly low: number;
  readonly high: number;
}

/** Bits that cameras, scanners and microscopes fill of sixteen. */
const significantBits = [8, 10, 12, 14];

/**
 * Which values of an image are black and white, where the type of its numbers does not say: a file of floats may hold 0
 * to 1 or 0 to 255, one of 16 bits may fill only 12 of them. Other ranges are stretched.
 *
 * @param depth type of the numbers, as libvips names it
 * @param min smallest value in the image
 * @param max largest value in the image
 * @returns null where the type says it: the values are taken as they are
 */
export function sampleRange(depth: string, min: number, max: number): SampleRange | null {
  if (depth === 'uchar') return null;
  const bits = significantBits.find((each) => max < 2 ** each);
  if (depth === 'ushort') return bits === undefined ? null : { low: 0, high: 2 ** bits - 1 };
  if (min >= 0 && max <= 1 && (depth === 'float' || depth === 'double')) return { low: 0, high: 1 };
  if (min >= 0 && max <= 255) return { low: 0, high: 255 };
  if (min >= 0 && max < 2 ** 16) return { low: 0, high: 2 ** (bits ?? 16) - 1 };
  return Number.isFinite(max - min) && max > min ? { low: min, high: max } : { low: 0, high: 255 };
}
