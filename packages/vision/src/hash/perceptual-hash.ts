import type { ByteBatch } from '../image.js';
import { createLowCosines } from './low-cosines.js';

/** 64 bits of each image, [count, 64] of 0 and 1 in row-major order. */
export type HashBits = Uint8Array;

function requireSize(images: ByteBatch, height: number, width: number): void {
  if (images.channels !== 1 || images.height !== height || images.width !== width)
    throw new RangeError(
      `expected grey images of ${height} x ${width}, found ${images.height} x ${images.width} x ${images.channels}`,
    );
}

/** 2 cos(pi k (2 n + 1) / 64) at [n * 8 + k], n < 16, k < 8: half of the unnormalised DCT-II, the rest by symmetry. */
const cosines = /* @__PURE__ */ Float64Array.from(
  { length: 16 * 8 },
  (_, at) => 2 * Math.cos((Math.PI * (at & 7) * (2 * (at >> 3) + 1)) / 64),
);

/**
 * The 8 lowest DCT-II coefficients of 32 values `step` apart, `outStep` apart; even ones of sums, odd of differences.
 * Takes floats alone, because an engine that has seen bytes here as well reads both more slowly.
 */
function lowCosines(
  values: Float64Array,
  start: number,
  step: number,
  out: Float64Array,
  outStart: number,
  outStep: number,
): void {
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let c4 = 0;
  let c5 = 0;
  let c6 = 0;
  let c7 = 0;
  for (let n = 0; n < 16; n++) {
    const first = values[start + n * step]!;
    const last = values[start + (31 - n) * step]!;
    const sum = first + last;
    const difference = first - last;
    c0 += sum;
    c1 += cosines[8 * n + 1]! * difference;
    c2 += cosines[8 * n + 2]! * sum;
    c3 += cosines[8 * n + 3]! * difference;
    c4 += cosines[8 * n + 4]! * sum;
    c5 += cosines[8 * n + 5]! * difference;
    c6 += cosines[8 * n + 6]! * sum;
    c7 += cosines[8 * n + 7]! * difference;
  }
  out[outStart] = 2 * c0;
  out[outStart + outStep] = c1;
  out[outStart + 2 * outStep] = c2;
  out[outStart + 3 * outStep] = c3;
  out[outStart + 4 * outStep] = c4;
  out[outStart + 5 * outStep] = c5;
  out[outStart + 6 * outStep] = c6;
  out[outStart + 7 * outStep] = c7;
}

/** Median of 64 values, the mean of the two in the centre, found by partition (Hoare 1961); `values` are left in another order. */
function medianOf64(values: Float64Array): number {
  const medianIndex = 31;
  for (let low = 0, high = 63; low < high;) {
    const pivot = values[(low + high) >> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (medianIndex <= right) high = right;
    else if (medianIndex >= left) low = left;
    else break;
  }
  let next = Number.POSITIVE_INFINITY;
  for (let at = medianIndex + 1; at < 64; at++) if (values[at]! < next) next = values[at]!;
  return (values[medianIndex]! + next) / 2;
}

/** Hashes from coefficients in double precision, which are those that imagehash compares. */
class ExactCosines {
  readonly #pixels = new Float64Array(32 * 32);
  readonly #columns = new Float64Array(8 * 32);
  readonly #coefficients = new Float64Array(64);
  readonly #parted = new Float64Array(64);

  hash(bytes: Uint8Array, start: number, bits: HashBits, first: number): void {
    for (let i = 0, at = start; i < 1024; i++, at++) this.#pixels[i] = bytes[at]!;
    for (let column = 0; column < 32; column++) lowCosines(this.#pixels, column, 32, this.#columns, column, 32);
    for (let k = 0; k < 8; k++) lowCosines(this.#columns, 32 * k, 1, this.#coefficients, 8 * k, 1);
    this.#parted.set(this.#coefficients);
    const median = medianOf64(this.#parted);
    for (let bit = 0; bit < 64; bit++) bits[first + bit] = this.#coefficients[bit]! > median ? 1 : 0;
  }
}

/**
 * imagehash's `phash` of grey 32 x 32 images: the 8 x 8 lowest coefficients of the DCT (the constant one
 * included), each against their median. [B, 32, 32, 1] to [B, 64]
 */
export function perceptualHash(images: ByteBatch): HashBits {
  requireSize(images, 32, 32);
  const bits = new Uint8Array(images.count * 64);
  const { coefficients, ranks, transform } = createLowCosines();
  const exact = new ExactCosines();
  const inOrder = new Float64Array(64);
  for (let image = 0; image < images.count; image++) {
    const error = transform(images.data, image * 1024);
    const first = image * 64;
    // Stays where two coefficients are equal, so that their places are not all taken.
    inOrder[31] = inOrder[32] = Number.NaN;
    for (let bit = 0; bit < 64; bit++) {
      inOrder[ranks[bit]!] = coefficients[bit]!;
      bits[first + bit] = ranks[bit]! >> 5;
    }
    // Nearer to each other than their errors, and those of the median between them, the middle two do not say the bits.
    if (!(inOrder[32] - inOrder[31] > 4 * error)) exact.hash(images.data, image * 1024, bits, first);
  }
  return bits;
}

/** imagehash's `dhash` of grey images of 8 rows and 9 columns: right pixel > left pixel. [B, 8, 9, 1] to [B, 64] */
export function differenceHash(images: ByteBatch): HashBits {
  requireSize(images, 8, 9);
  const bits = new Uint8Array(images.count * 64);
  for (let bit = 0; bit < bits.length; bit++) {
    const at = (bit >> 3) * 9 + (bit & 7);
    bits[bit] = images.data[at + 1]! > images.data[at]! ? 1 : 0;
  }
  return bits;
}

/** imagehash's `average_hash` of grey 8 x 8 images: pixel > mean. [B, 8, 8, 1] to [B, 64] */
export function averageHash(images: ByteBatch): HashBits {
  requireSize(images, 8, 8);
  const bits = new Uint8Array(images.count * 64);
  for (let start = 0; start < bits.length; start += 64) {
    let sum = 0;
    for (let bit = start; bit < start + 64; bit++) sum += images.data[bit]!;
    for (let bit = start; bit < start + 64; bit++) bits[bit] = images.data[bit]! * 64 > sum ? 1 : 0;
  }
  return bits;
}

/** The hexadecimal digits of bits, the first bit highest: [n] bits to [n / 4] numbers 0..15. */
export function hexDigits(bits: HashBits): Int32Array {
  const digits = new Int32Array(bits.length / 4);
  for (let bit = 0; bit < bits.length; bit++) digits[bit >> 2]! |= bits[bit]! << (3 - (bit & 3));
  return digits;
}
