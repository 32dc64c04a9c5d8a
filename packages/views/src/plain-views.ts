import type { Images } from '@twoshot/artifact';
import type { Normalisation, Policy } from './policy.js';
import { checkChannels } from './check-channels.js';
import { createViewMaker } from './make-view.js';

export interface PlainOptions {
  /** Side of the result in pixels; the whole image is resampled to it (bilinear, half-pixel centres). */
  readonly size: number;
  readonly normalise: Normalisation | null;
  /** True for the mirror image. */
  readonly mirrored?: boolean;
}

/**
 * Images as a network expects them, without augmentation: [count, size, size, channels] float32, normalised. For
 * features, which average image and mirror image if `policy.mirror` allows it.
 *
 * @param range positions [from, to) of the images; all by default
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
  checkChannels('of the features', normalise, images.channels);
  const out = new Float32Array((to - from) * size * size * images.channels);
  if (images.height === size && images.width === size) copyImages(images, { normalise, mirrored }, from, to, out);
  else resampleImages(images, { size, normalise, mirrored }, from, to, out);
  return out;
}

/** Images that already have the size: one table look-up per value. */
function copyImages(
  { pixels, width, channels, height }: Images,
  { normalise, mirrored }: Pick<Required<PlainOptions>, 'normalise' | 'mirrored'>,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const table = new Float32Array(channels * 256);
  for (let channel = 0; channel < channels; channel++) {
    const mean = normalise?.mean[channel] ?? normalise?.mean[0] ?? 0;
    const std = normalise?.std[channel] ?? normalise?.std[0] ?? 1;
    for (let level = 0; level < 256; level++) table[channel * 256 + level] = (level / 255 - mean) / std;
  }
  const line = width * channels;
  for (let row = 0; row < (to - from) * height; row++) {
    const source = (from * height + row) * line;
    for (let column = 0; column < width; column++) {
      const pixel = source + (mirrored ? width - 1 - column : column) * channels;
      const at = row * line + column * channels;
      for (let channel = 0; channel < channels; channel++)
        out[at + channel] = table[channel * 256 + pixels[pixel + channel]!]!;
    }
  }
}

function resampleImages(
  images: Images,
  { size, normalise, mirrored }: Required<PlainOptions>,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const policy: Policy = {
    name: 'plain',
    size,
    mirror: false,
    border: 'edge',
    normalise,
    operations: mirrored ? [{ op: 'horizontal-flip' }] : [],
  };
  const maker = createViewMaker(policy, images);
  const sourceLength = images.height * images.width * images.channels;
  const viewLength = size * size * images.channels;
  const numbers = { seed: 0, step: 0, index: 0, view: 0 };
  for (let position = from; position < to; position++)
    maker.make(images.pixels, position * sourceLength, numbers, out, (position - from) * viewLength);
}
