import type { Images } from '@twoshot/artifact';
import type { Normalisation, Policy } from './policy.js';
import { kit } from './kit.js';

export interface PlainOptions {
  /** Side of the result in pixels; the whole picture is resampled to it (bilinear, half-pixel centres). */
  readonly size: number;
  readonly normalise: Normalisation | null;
  /** True for the mirror image. */
  readonly mirrored?: boolean;
}

/**
 * Pictures as a network takes them, without any random change: [count, size, size, channels] float32, normalised.
 * For features, where the mean of a picture and its mirror image is wanted if `policy.mirror` allows it.
 *
 * @param range positions [from, to) of the pictures; all by default
 * @example
 * for await (const images of streamImages(dir)) {
 *   const pixels = plainViews(images, { size: 32, normalise: policy.normalise });
 * }
 */
export function plainViews(
  images: Images,
  { size, normalise, mirrored = false }: PlainOptions,
  [from, to]: readonly [number, number] = [0, images.count],
): Float32Array {
  const policy: Policy = {
    name: 'plain',
    size,
    mirror: false,
    border: 'edge',
    normalise,
    operations: mirrored ? [{ op: 'horizontal-flip' }] : [],
  };
  const maker = kit.createViewMaker(policy, images, kit);
  const sourceLength = images.height * images.width * images.channels;
  const viewLength = size * size * images.channels;
  const out = new Float32Array((to - from) * viewLength);
  const numbers = { seed: 0, step: 0, index: 0, view: 0 };
  for (let position = from; position < to; position++)
    maker.make(images.pixels, position * sourceLength, numbers, out, (position - from) * viewLength);
  return out;
}
