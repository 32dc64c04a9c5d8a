import type { HashBits } from './perceptual-hash.js';

/** Bits in which the rows of two lists of 64-bit hashes differ: [n, 64], [n, 64] to [n]. */
export function hammingDistances(first: HashBits, second: HashBits): Int32Array {
  if (first.length !== second.length)
    throw new RangeError(`expected as many bits in both lists, found ${first.length} and ${second.length}`);
  const a = packBits(first);
  const b = packBits(second);
  const distances = new Int32Array(first.length / 64);
  for (let row = 0; row < distances.length; row++)
    distances[row] = bitCount(a[2 * row]! ^ b[2 * row]!) + bitCount(a[2 * row + 1]! ^ b[2 * row + 1]!);
  return distances;
}

/** [n, 64] bits to [n, 2] words of 32. */
export function packBits(bits: HashBits): Uint32Array {
  const words = new Uint32Array(bits.length / 32);
  for (let bit = 0; bit < bits.length; bit++) words[bit >> 5]! |= bits[bit]! << (31 - (bit & 31));
  return words;
}

/** Ones of a 32-bit word (Warren, Hacker's Delight, 5-1). */
export function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
