import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';

/** Source column = a column + b row + c, source row = d column + e row + f of a pixel of the result. */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export interface WarpOptions {
  readonly interpolation?: 'bilinear' | 'nearest';
  /** Value outside the image. */
  readonly fill?: number;
}

/**
 * Draws the image through an affine map, same size. Bilinear: sum of the weights of inside taps times their
 * pixels, and the rest of the weight times `fill`. Nearest: the nearest pixel (ties to even), or `fill`.
 */
export function affineWarp(
  images: ImageBatch,
  [a, b, c, d, e, f]: AffineMap,
  { interpolation = 'bilinear', fill = 0 }: WarpOptions = {},
): ImageBatch {
  requireFinitePixels(images);
  const { count, height, width, channels, data } = images;
  const out = new Float32Array(data.length);
  const length = height * width * channels;
  const inside = (row: number, column: number) => row >= 0 && row < height && column >= 0 && column < width;
  const taps = [0, 0, 0, 0];
  const weights = [0, 0, 0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const x = a * column + b * row + c;
      const y = d * column + e * row + f;
      let rest = 1;
      if (interpolation === 'nearest') {
        const sourceRow = roundToEven(y);
        const sourceColumn = roundToEven(x);
        weights.fill(0);
        if (inside(sourceRow, sourceColumn)) {
          taps[0] = (sourceRow * width + sourceColumn) * channels;
          weights[0] = 1;
          rest = 0;
        }
      } else {
        const x0 = Math.floor(x);
        const y0 = Math.floor(y);
        for (let tap = 0; tap < 4; tap++) {
          const sourceRow = y0 + (tap >> 1);
          const sourceColumn = x0 + (tap & 1);
          const weight = (tap & 1 ? x - x0 : 1 - x + x0) * (tap >> 1 ? y - y0 : 1 - y + y0);
          const isInside = inside(sourceRow, sourceColumn);
          taps[tap] = isInside ? (sourceRow * width + sourceColumn) * channels : 0;
          weights[tap] = isInside ? weight : 0;
          if (isInside) rest -= weight;
        }
      }
      const at = (row * width + column) * channels;
      for (let image = 0; image < count * length; image += length)
        for (let channel = 0; channel < channels; channel++) {
          let value = rest * fill;
          for (let tap = 0; tap < 4; tap++)
            if (weights[tap] !== 0) value += weights[tap]! * data[image + taps[tap]! + channel]!;
          out[image + at + channel] = value;
        }
    }
  return { ...images, data: out };
}

/** Turns counter-clockwise about the centre; the size stays. */
export function rotate(images: ImageBatch, degrees: number, options: WarpOptions = {}): ImageBatch {
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const centreX = images.width / 2 - 0.5;
  const centreY = images.height / 2 - 0.5;
  return affineWarp(
    images,
    [cos, -sin, centreX - cos * centreX + sin * centreY, sin, cos, centreY - sin * centreX - cos * centreY],
    options,
  );
}

/** Slants by `shear` columns per row about the top-left corner: source column = column + shear * (row + 0.5). */
export function shearX(images: ImageBatch, shear: number, options: WarpOptions = {}): ImageBatch {
  return affineWarp(images, [1, shear, 0.5 * shear, 0, 1, 0], options);
}

/** Slants by `shear` rows per column about the top-left corner: source row = row + shear * (column + 0.5). */
export function shearY(images: ImageBatch, shear: number, options: WarpOptions = {}): ImageBatch {
  return affineWarp(images, [1, 0, 0, shear, 1, 0.5 * shear], options);
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}
