import type { ByteBatch } from '../image.js';
import { bitCount, packBits } from './hamming.js';
import { perceptualHash } from './perceptual-hash.js';

export interface NearDuplicateLimits {
  /** Of the perceptual hashes, in bits. */
  readonly maxDistance: number;
  /** Mean squared difference of both images, each shifted to mean 0 and scaled to mean square 1. */
  readonly maxError: number;
}

/**
 * Pairs (i < j, in lexicographic order) of grey 32 x 32 images that show nearly the same: [p, 2] positions.
 * A constant image is all zeros after the scaling.
 */
export function nearDuplicatePairs(images: ByteBatch, { maxDistance, maxError }: NearDuplicateLimits): Int32Array {
  const words = packBits(perceptualHash(images));
  const pairs: number[] = [];
  const scaled = new Map<number, Float64Array>();
  const standard = (position: number): Float64Array => {
    const known = scaled.get(position);
    if (known !== undefined) return known;
    const fresh = standardised(images.data.subarray(position * 1024, (position + 1) * 1024));
    scaled.set(position, fresh);
    return fresh;
  };
  for (let i = 0; i < images.count; i++) {
    const high = words[2 * i]!;
    const low = words[2 * i + 1]!;
    for (let j = i + 1; j < images.count; j++) {
      if (bitCount(high ^ words[2 * j]!) + bitCount(low ^ words[2 * j + 1]!) > maxDistance) continue;
      if (meanSquaredDifference(standard(i), standard(j)) <= maxError) pairs.push(i, j);
    }
  }
  return Int32Array.from(pairs);
}

function standardised(pixels: Uint8Array): Float64Array {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const centred = Float64Array.from(pixels, (value) => value - mean);
  const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0) / pixels.length);
  return norm > 0 ? centred.map((value) => value / norm) : centred;
}

function meanSquaredDifference(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < first.length; at++) sum += (first[at]! - second[at]!) ** 2;
  return sum / first.length;
}
