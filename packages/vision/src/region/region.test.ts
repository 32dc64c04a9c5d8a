import { expect, test } from 'vitest';
import { testBytes, testImages } from '../images.fixture.js';
import {
  type ByteBatch,
  connectedComponents,
  foregroundMask,
  integralImage,
  morphology,
  otsuThreshold,
} from '../index.js';

/** An image from rows of digits. */
const drawn = (...rows: string[]): ByteBatch => ({
  count: 1,
  height: rows.length,
  width: rows[0]!.length,
  channels: 1,
  data: Uint8Array.from(rows.join(''), Number),
});

test('Otsu separates two groups, and gives a constant back', () => {
  const threshold = otsuThreshold([10, 11, 12, 10, 200, 210, 205]);
  expect(threshold).toBe(12);
  expect(otsuThreshold([7, 7, 7])).toBe(7);
});

test('corners join components only where 8 neighbours count', () => {
  const plane = drawn('1001', '0110', '0000', '1001');
  expect(connectedComponents(plane, 4).count).toBe(5);
  const joined = connectedComponents(plane, 8);
  expect(joined.count).toBe(3);
  expect([...joined.sizes]).toEqual([4, 1, 1]);
  expect(joined.labels[2]).toBe(0);
});

test('opening and closing are idempotent, and duals of each other', () => {
  const bytes = testBytes({ channels: 2 });
  const opposite = { ...bytes, data: bytes.data.map((value) => 255 - value) };
  const opened = morphology(bytes, 'open');
  expect(morphology(opened, 'open')).toEqual(opened);
  expect(morphology(opposite, 'close').data).toEqual(opened.data.map((value) => 255 - value));
});

test('erosion takes the smallest and dilation the largest neighbour, the border included', () => {
  const bytes = drawn('000', '090', '000');
  expect([...morphology(bytes, 'dilate').data]).toEqual(Array.from({ length: 9 }, () => 9));
  expect([...morphology(bytes, 'erode').data]).toEqual(Array.from({ length: 9 }, () => 0));
  expect(morphology(bytes, 'dilate', 1)).toEqual(bytes);
});

test('the foreground is the largest region, on the side of the border that is told or seen', () => {
  const bright = drawn('900000', '000990', '000990', '000000');
  expect([...foregroundMask(bright, { polarity: 'bright', connectivity: 4 }).data].join('')).toBe(
    '000000000110000110000000',
  );
  expect(foregroundMask(bright, { polarity: 'auto' })).toEqual(foregroundMask(bright, { polarity: 'bright' }));
  const dark = { ...bright, data: bright.data.map((value) => 9 - value) };
  expect(foregroundMask(dark, { polarity: 'auto' })).toEqual(foregroundMask(bright, { polarity: 'bright' }));
  expect(foregroundMask(drawn('55', '55')).data).toEqual(new Uint8Array(4));
});

/** Rows 1..3 and columns 2..4 of a 6 x 5 image. */
const box = (table: Float64Array) => table[4 * 6 + 5]! - table[1 * 6 + 5]! - table[4 * 6 + 2]! + table[1 * 6 + 2]!;

test('any box sums in four reads', () => {
  const { data } = testImages({ count: 1, channels: 1, height: 6, width: 5 });
  const { sum, squaredSum } = integralImage({ height: 6, width: 5, data });
  let boxSum = 0;
  let boxSquares = 0;
  for (let row = 1; row < 4; row++)
    for (let column = 2; column < 5; column++) {
      boxSum += data[row * 5 + column]!;
      boxSquares += data[row * 5 + column]! ** 2;
    }
  expect(box(sum)).toBeCloseTo(boxSum, 9);
  expect(box(squaredSum)).toBeCloseTo(boxSquares, 9);
});
