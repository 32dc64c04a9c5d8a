import type { Plane } from '../image.js';
import { gaussianKernel } from '../filter/gaussian-blur.js';

/** One octave of the scale space: `layers + 3` blurs of one size and their differences. */
export interface Octave {
  /** Pixels of the image that one pixel of this octave stands for: 0.5, 1, 2, ... */
  readonly step: number;
  readonly height: number;
  readonly width: number;
  /** Level s has blur sigma * 2^(s / layers) in this octave's pixels. */
  readonly blurred: readonly Float32Array[];
  /** Level s + 1 less level s. */
  readonly differences: readonly Float32Array[];
}

/** Blur that an image is taken to have before anything is done (Lowe 2004, section 3.3). */
const cameraBlur = 0.5;

/** The octaves of an image, from twice its size down to a few pixels. */
export function buildOctaves(image: Plane<ArrayLike<number>>, layers: number, sigma: number): Octave[] {
  const doubled = doubleSize(image);
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

/** Twice the size, bilinear with half-pixel centres: pixel X lies at X / 2 - 1 / 4 of the image. */
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

/**
 * Gaussian blur, radius 4 sigma, border reflected. Nearly all time of the scale space goes here: symmetric taps are
 * folded and taken four at a time, the last ones with weight 0.
 */
function blurLevel({ height, width, data }: Plane, sigma: number): Float32Array {
  const reach = Math.max(1, Math.round(4 * sigma));
  const weights = new Float64Array(4 * Math.ceil(reach / 4) + 1);
  weights.set(gaussianKernel(sigma, reach).subarray(reach));
  const across = blurRows(data, height, width, weights);
  return blurColumns(across, height, width, weights);
}

function blurRows(data: Float32Array, height: number, width: number, weights: Float64Array): Float32Array {
  const taps = weights.length - 1;
  const centreWeight = weights[0]!;
  const out = new Float32Array(data.length);
  const line = new Float64Array(width + 2 * taps);
  const sources = Int32Array.from(line, (_, at) => reflect(at - taps, width));
  for (let start = 0; start < height * width; start += width) {
    for (let at = 0; at < line.length; at++) line[at] = data[start + sources[at]!]!;
    for (let column = 0; column < width; column++) {
      const centre = column + taps;
      let sum = centreWeight * line[centre]!;
      for (let tap = 1; tap <= taps; tap += 4)
        sum +=
          weights[tap]! * (line[centre - tap]! + line[centre + tap]!) +
          weights[tap + 1]! * (line[centre - tap - 1]! + line[centre + tap + 1]!) +
          weights[tap + 2]! * (line[centre - tap - 2]! + line[centre + tap + 2]!) +
          weights[tap + 3]! * (line[centre - tap - 3]! + line[centre + tap + 3]!);
      out[start + column] = sum;
    }
  }
  return out;
}

function blurColumns(data: Float32Array, height: number, width: number, weights: Float64Array): Float32Array {
  const taps = weights.length - 1;
  const centreWeight = weights[0]!;
  const out = new Float32Array(data.length);
  const sums = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    const own = row * width;
    for (let column = 0; column < width; column++) sums[column] = centreWeight * data[own + column]!;
    for (let tap = 1; tap <= taps; tap += 4) {
      const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = weights.subarray(tap, tap + 4);
      const a0 = reflect(row - tap, height) * width;
      const b0 = reflect(row + tap, height) * width;
      const a1 = reflect(row - tap - 1, height) * width;
      const b1 = reflect(row + tap + 1, height) * width;
      const a2 = reflect(row - tap - 2, height) * width;
      const b2 = reflect(row + tap + 2, height) * width;
      const a3 = reflect(row - tap - 3, height) * width;
      const b3 = reflect(row + tap + 3, height) * width;
      for (let column = 0; column < width; column++)
        sums[column]! +=
          w0 * (data[a0 + column]! + data[b0 + column]!) +
          w1 * (data[a1 + column]! + data[b1 + column]!) +
          w2 * (data[a2 + column]! + data[b2 + column]!) +
          w3 * (data[a3 + column]! + data[b3 + column]!);
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
