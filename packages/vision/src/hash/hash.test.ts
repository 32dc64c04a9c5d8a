import { expect, test } from 'vitest';
import { testBytes } from '../images.fixture.js';
import {
  averageHash,
  bitCount,
  differenceHash,
  hammingDistances,
  hexDigits,
  nearDuplicatePairs,
  perceptualHash,
} from '../index.js';

const pictures = testBytes({ count: 5, height: 32, width: 32, channels: 1 });

test('a hash does not change with brightness, and half of the bits of the perceptual one are set', () => {
  const darker = { ...pictures, data: pictures.data.map((value) => value >> 1) };
  const distances = hammingDistances(perceptualHash(pictures), perceptualHash(darker));
  for (const distance of distances) expect(distance).toBeLessThanOrEqual(4);
  const bits = perceptualHash(pictures);
  for (let row = 0; row < 5; row++)
    expect(bits.subarray(64 * row, 64 * row + 64).reduce((sum, bit) => sum + bit, 0)).toBe(32);
});

test('Hamming distance is symmetric, 0 to itself and 64 to its opposite', () => {
  const first = perceptualHash(pictures);
  const second = Uint8Array.from(first).reverse();
  expect(hammingDistances(first, second)).toEqual(hammingDistances(second, first));
  expect([...hammingDistances(first, first)]).toEqual([0, 0, 0, 0, 0]);
  expect([
    ...hammingDistances(
      first,
      first.map((bit) => 1 - bit),
    ),
  ]).toEqual([64, 64, 64, 64, 64]);
  expect(() => hammingDistances(first, first.subarray(64))).toThrow('found 320 and 256');
});

test('bits are counted over the whole word', () => {
  expect([0, 1, -1, 0x80000000, 0x0f0f0f0f].map(bitCount)).toEqual([0, 1, 32, 1, 16]);
});

test('a ramp sets every bit of the difference hash, its mirror image none', () => {
  const ramp = { count: 1, height: 8, width: 9, channels: 1, data: Uint8Array.from({ length: 72 }, (_, at) => at % 9) };
  expect(differenceHash(ramp).every((bit) => bit === 1)).toBe(true);
  expect(differenceHash({ ...ramp, data: ramp.data.map((value) => 9 - value) }).some((bit) => bit === 1)).toBe(false);
});

test('hexadecimal digits have the first bit highest', () => {
  expect([...hexDigits(Uint8Array.of(1, 0, 0, 0, 0, 1, 1, 1))]).toEqual([8, 7]);
});

test('near duplicates are found among others, a copy with another brightness too', () => {
  const data = Uint8Array.from(pictures.data);
  data.set(
    pictures.data.subarray(1024, 2048).map((value) => Math.floor(value * 0.9)),
    4 * 1024,
  );
  const images = { ...pictures, data };
  expect([...nearDuplicatePairs(images, { maxDistance: 6, maxError: 0.1 })]).toEqual([1, 4]);
  expect([...nearDuplicatePairs(images, { maxDistance: 64, maxError: 100 })].length).toBe(20);
});

test('pictures of another size are refused', () => {
  expect(() => averageHash(pictures)).toThrow('expected grey pictures of 8 x 8, found 32 x 32 x 1');
});
