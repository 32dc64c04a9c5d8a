import { requireFinitePlane } from '../finite.js';
import type { Plane } from '../image.js';
import { gaussianKernel } from './gaussian-blur.js';

/** How a line goes on beyond its ends: `mirror` repeats the edge pixel, `reflect` does not, `zero` is black. */
export type LineBorder = 'mirror' | 'reflect' | 'zero';

/** A plane convolved with one symmetric kernel of odd length in both directions. */
export function separableFilter(plane: Plane<ArrayLike<number>>, kernel: ArrayLike<number>, border: LineBorder): Plane {
  requireFinitePlane(plane);
  const { height, width, data } = plane;
  const across = filterRows(data, height, width, kernel, border);
  const out = new Float32Array(height * width);
  const reach = (kernel.length - 1) / 2;
  const line = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    line.fill(0);
    for (let tap = -reach; tap <= reach; tap++) {
      const source = beyond(row + tap, height, border);
      if (source < 0) continue;
      const weight = kernel[tap + reach]!;
      const start = source * width;
      for (let column = 0; column < width; column++) line[column]! += weight * across[start + column]!;
    }
    out.set(line, row * width);
  }
  return { height, width, data: out };
}

function filterRows(
  data: ArrayLike<number>,
  height: number,
  width: number,
  kernel: ArrayLike<number>,
  border: LineBorder,
): Float64Array {
  const reach = (kernel.length - 1) / 2;
  const padded = new Float64Array(width + 2 * reach);
  const sources = Int32Array.from({ length: padded.length }, (_, at) => beyond(at - reach, width, border));
  const out = new Float64Array(height * width);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    for (let at = 0; at < padded.length; at++) {
      const source = sources[at]!;
      padded[at] = source < 0 ? 0 : data[start + source]!;
    }
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++) sum += kernel[tap]! * padded[column + tap]!;
      out[start + column] = sum;
    }
  }
  return out;
}

function beyond(place: number, length: number, border: LineBorder): number {
  if (place >= 0 && place < length) return place;
  if (border === 'zero') return -1;
  if (border === 'mirror') {
    const wrapped = ((place % (2 * length)) + 2 * length) % (2 * length);
    return wrapped < length ? wrapped : 2 * length - 1 - wrapped;
  }
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((place % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}

/** A plane blurred by `sigma` pixels; radius floor(truncate * sigma + 0.5), as scipy's `gaussian_filter`. */
export function gaussianFilter(
  plane: Plane<ArrayLike<number>>,
  sigma: number,
  { truncate = 4, border = 'mirror' }: { truncate?: number; border?: LineBorder } = {},
): Plane {
  return separableFilter(plane, gaussianKernel(sigma, Math.floor(truncate * sigma + 0.5)), border);
}

/** The plane blurred with each of the sigmas, and the difference of each level and the one before (Lowe 2004). */
export function differenceOfGaussians(
  plane: Plane<ArrayLike<number>>,
  sigmas: readonly number[],
  truncate = 4,
): { readonly blurred: Plane[]; readonly differences: Plane[] } {
  const blurred = sigmas.map((sigma) => gaussianFilter(plane, sigma, { truncate }));
  const { height, width } = plane;
  const differences = blurred.slice(1).map((level, before) => {
    const below = blurred[before]!.data;
    return { height, width, data: level.data.map((value, at) => value - below[at]!) };
  });
  return { blurred, differences };
}

/** OpenCV's `pyrDown`: blurred by 1 4 6 4 1 / 16 (border reflected), then every even row and column. */
export function pyramidDown(plane: Plane<ArrayLike<number>>): Plane {
  const { data, width } = separableFilter(plane, [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16], 'reflect');
  const height = Math.ceil(plane.height / 2);
  const halfWidth = Math.ceil(width / 2);
  const out = new Float32Array(height * halfWidth);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < halfWidth; column++)
      out[row * halfWidth + column] = data[2 * row * width + 2 * column]!;
  return { height, width: halfWidth, data: out };
}

/** The plane and its `levels` reductions, each of half the size. */
export function gaussianPyramid(plane: Plane, levels: number): Plane[] {
  const pyramid = [plane];
  for (let level = 0; level < levels; level++) pyramid.push(pyramidDown(pyramid[level]!));
  return pyramid;
}
