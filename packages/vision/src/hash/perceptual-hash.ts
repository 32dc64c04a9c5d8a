import type { ByteBatch } from '../image.js';

/** 64 bits of each picture, [count, 64] of 0 and 1 in row-major order. */
export type HashBits = Uint8Array;

function requireSize(images: ByteBatch, height: number, width: number): void {
  if (images.channels !== 1 || images.height !== height || images.width !== width)
    throw new RangeError(
      `expected grey pictures of ${height} x ${width}, found ${images.height} x ${images.width} x ${images.channels}`,
    );
}

/** Row k of the unnormalised DCT-II, k < 8: 2 cos(pi k (2 n + 1) / 64). */
const cosines = /* @__PURE__ */ Float64Array.from(
  { length: 8 * 32 },
  (_, at) => 2 * Math.cos((Math.PI * Math.floor(at / 32) * (2 * (at % 32) + 1)) / 64),
);

/**
 * imagehash's `phash` of grey 32 x 32 pictures: the 8 x 8 lowest coefficients of the DCT (the constant one
 * included), each against their median. [B, 32, 32, 1] to [B, 64]
 */
export function perceptualHash(images: ByteBatch): HashBits {
  requireSize(images, 32, 32);
  const bits = new Uint8Array(images.count * 64);
  const columns = new Float64Array(8 * 32);
  const coefficients = new Float64Array(64);
  const sorted = new Float64Array(64);
  for (let picture = 0; picture < images.count; picture++) {
    const start = picture * 1024;
    columns.fill(0);
    for (let k = 0; k < 8; k++)
      for (let n = 0; n < 32; n++) {
        const weight = cosines[k * 32 + n]!;
        const row = start + n * 32;
        for (let column = 0; column < 32; column++) columns[k * 32 + column]! += weight * images.data[row + column]!;
      }
    for (let k = 0; k < 8; k++)
      for (let j = 0; j < 8; j++) {
        let sum = 0;
        for (let n = 0; n < 32; n++) sum += cosines[j * 32 + n]! * columns[k * 32 + n]!;
        coefficients[k * 8 + j] = sum;
      }
    sorted.set(coefficients);
    sorted.sort();
    const median = (sorted[31]! + sorted[32]!) / 2;
    for (let bit = 0; bit < 64; bit++) bits[picture * 64 + bit] = coefficients[bit]! > median ? 1 : 0;
  }
  return bits;
}

/** imagehash's `dhash` of grey pictures of 8 rows and 9 columns: right pixel > left pixel. [B, 8, 9, 1] to [B, 64] */
export function differenceHash(images: ByteBatch): HashBits {
  requireSize(images, 8, 9);
  const bits = new Uint8Array(images.count * 64);
  for (let bit = 0; bit < bits.length; bit++) {
    const at = (bit >> 3) * 9 + (bit & 7);
    bits[bit] = images.data[at + 1]! > images.data[at]! ? 1 : 0;
  }
  return bits;
}

/** imagehash's `average_hash` of grey 8 x 8 pictures: pixel > mean. [B, 8, 8, 1] to [B, 64] */
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
