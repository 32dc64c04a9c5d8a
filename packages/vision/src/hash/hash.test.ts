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

const grey = testBytes({ count: 5, height: 32, width: 32, channels: 1 });

test('a hash does not change with brightness, and half of the bits of the perceptual one are set', () => {
  const darker = { ...grey, data: grey.data.map((value) => value >> 1) };
  const distances = hammingDistances(perceptualHash(grey), perceptualHash(darker));
  for (const distance of distances) expect(distance).toBeLessThanOrEqual(4);
  const bits = perceptualHash(grey);
  for (let row = 0; row < 5; row++)
    expect(bits.subarray(64 * row, 64 * row + 64).reduce((sum, bit) => sum + bit, 0)).toBe(32);
});

test('Hamming distance is symmetric, 0 to itself and 64 to its opposite', () => {
  const first = perceptualHash(grey);
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
  const data = Uint8Array.from(grey.data);
  data.set(
    grey.data.subarray(1024, 2048).map((value) => Math.floor(value * 0.9)),
    4 * 1024,
  );
  const images = { ...grey, data };
  expect([...nearDuplicatePairs(images, { maxDistance: 6, maxError: 0.1 })]).toEqual([1, 4]);
  expect([...nearDuplicatePairs(images, { maxDistance: 64, maxError: 100 })].length).toBe(20);
});

test('images of another size are refused', () => {
  expect(() => averageHash(grey)).toThrow('expected grey images of 8 x 8, found 32 x 32 x 1');
});

const cosine = (k: number, n: number): number => 2 * Math.cos((Math.PI * k * (2 * n + 1)) / 64);

/** The definition: the 8 x 8 lowest DCT-II coefficients, each against the mean of the middle two. */
function hashByDefinition(image: Uint8Array): number[] {
  const coefficients = Array.from({ length: 64 }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < 1024; i++) sum += image[i]! * cosine(at >> 3, i >> 5) * cosine(at & 7, i & 31);
    return sum;
  });
  const sorted = coefficients.toSorted((a, b) => a - b);
  const median = (sorted[31]! + sorted[32]!) / 2;
  return coefficients.map((value) => Number(value > median));
}

test('the perceptual hash is that of its definition, of noise, of slopes and of faint lines', () => {
  // A linear congruential generator is random enough here.
  let state = 1;
  const integer = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const kinds: readonly ((row: number, column: number) => number)[] = [
    () => integer(256),
    (row, column) => (3 * row + 4 * column + (row * column) / 9) & 255,
    (row, column) => 128 + 100 * Math.sin(row / 5) * Math.cos(column / 7),
    () => (integer(2) === 0 ? 0 : 255),
    () => 254 + integer(2),
    (row, column) => (row * column) % 7,
  ];
  const list = Array.from({ length: 60 }, (_, image) =>
    Uint8Array.from({ length: 1024 }, (__, at) => kinds[image % kinds.length]!(at >> 5, at & 31)),
  );
  const data = Uint8Array.from(list.flatMap((image) => [...image]));
  const bits = perceptualHash({ count: list.length, height: 32, width: 32, channels: 1, data });
  for (const [image, values] of list.entries())
    expect([...bits.subarray(64 * image, 64 * image + 64)]).toEqual(hashByDefinition(values));
});
