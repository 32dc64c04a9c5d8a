import type { Plane } from '../image.js';
import { gaussianKernel } from '../filter/gaussian-blur.js';

/** One octave of the scale space: `layers + 3` blurs of one size and their differences. */
export interface Octave {
  /** Pixels of the picture that one pixel of this octave stands for: 0.5, 1, 2, ... */
  readonly step: number;
  readonly height: number;
  readonly width: number;
  /** Level s has blur sigma * 2^(s / layers) in this octave's pixels. */
  readonly blurred: readonly Float32Array[];
  /** Level s + 1 less level s. */
  readonly differences: readonly Float32Array[];
}

/** Blur that a picture is taken to have before anything is done (Lowe 2004, section 3.3). */
const cameraBlur = 0.5;

/** The octaves of a picture, from twice its size down to a few pixels. */
export function buildOctaves(picture: Plane<ArrayLike<number>>, layers: number, sigma: number): Octave[] {
  const doubled = doubleSize(picture);
  const count = Math.max(1, Math.round(Math.log2(Math.min(doubled.height, doubled.width)) - 2) + 1);
  let base = blurLevel(doubled, Math.sqrt(Math.max(sigma * sigma - (2 * cameraBlur) ** 2, 0.01)));
  let { height, width } = doubled;
  const octaves: Octave[] = [];
  for (let octave = 0; octave < count && height > 0 && width > 0; octave++) {
    const blurred = [base];
    const differences: Float32Array[] = [];
    for (let level = 1; level < layers + 3; level++) {
      const before = sigma * 2 ** ((level - 1) / layers);
      const growth = Math.sqrt((before * 2 ** (1 / layers)) ** 2 - before * before);
      const previous = blurred[level - 1]!;
      const next = blurLevel({ height, width, data: previous }, growth);
      const difference = new Float32Array(next.length);
      for (let at = 0; at < next.length; at++) difference[at] = next[at]! - previous[at]!;
      blurred.push(next);
      differences.push(difference);
    }
    octaves.push({ step: 2 ** (octave - 1), height, width, blurred, differences });
    const half = everySecond({ height, width, data: blurred[layers]! });
    base = half.data;
    height = half.height;
    width = half.width;
  }
  return octaves;
}

/** Twice the size, bilinear with half-pixel centres: pixel X lies at X / 2 - 1 / 4 of the picture. */
function doubleSize({ height, width, data }: Plane<ArrayLike<number>>): Plane {
  const line = 2 * width;
  const out = new Float32Array(4 * height * width);
  for (let row = 0; row < 2 * height; row++) {
    const own = (row >> 1) * width;
    const other = Math.min(height - 1, Math.max(0, (row >> 1) + (row % 2 === 0 ? -1 : 1))) * width;
    for (let column = 0; column < line; column++) {
      const near = column >> 1;
      const far = Math.min(width - 1, Math.max(0, near + (column % 2 === 0 ? -1 : 1)));
      out[row * line + column] =
        (9 * data[own + near]! + 3 * (data[own + far]! + data[other + near]!) + data[other + far]!) / 16;
    }
  }
  return { height: 2 * height, width: line, data: out };
}

function everySecond({ height, width, data }: Plane): Plane {
  const halfHeight = height >> 1;
  const halfWidth = width >> 1;
  const out = new Float32Array(halfHeight * halfWidth);
  for (let row = 0; row < halfHeight; row++)
    for (let column = 0; column < halfWidth; column++)
      out[row * halfWidth + column] = data[2 * row * width + 2 * column]!;
  return { height: halfHeight, width: halfWidth, data: out };
}

/** Gaussian blur, radius 4 sigma, border reflected; the symmetric taps are folded, since nearly all time goes here. */
function blurLevel({ height, width, data }: Plane, sigma: number): Float32Array {
  const reach = Math.max(1, Math.round(4 * sigma));
  const kernel = gaussianKernel(sigma, reach).subarray(reach);
  const middle = kernel[0]!;
  const across = new Float32Array(data.length);
  const padded = new Float32Array(width + 2 * reach);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    padded.set(data.subarray(start, start + width), reach);
    for (let tap = 1; tap <= reach; tap++) {
      padded[reach - tap] = data[start + reflect(-tap, width)]!;
      padded[reach + width - 1 + tap] = data[start + reflect(width - 1 + tap, width)]!;
    }
    for (let column = 0; column < width; column++) {
      const centre = column + reach;
      let sum = middle * padded[centre]!;
      for (let tap = 1; tap <= reach; tap++) sum += kernel[tap]! * (padded[centre - tap]! + padded[centre + tap]!);
      across[start + column] = sum;
    }
  }
  const out = new Float32Array(data.length);
  const sums = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    const own = row * width;
    for (let column = 0; column < width; column++) sums[column] = middle * across[own + column]!;
    for (let tap = 1; tap <= reach; tap++) {
      const weight = kernel[tap]!;
      const above = reflect(row - tap, height) * width;
      const below = reflect(row + tap, height) * width;
      for (let column = 0; column < width; column++)
        sums[column]! += weight * (across[above + column]! + across[below + column]!);
    }
    out.set(sums, own);
  }
  return out;
}

function reflect(place: number, length: number): number {
  if (place >= 0 && place < length) return place;
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((place % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}
