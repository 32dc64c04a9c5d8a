import { expect, test } from 'vitest';
import { brightness, horizontalFlip, integralImage, ratioMatch, siftFeatures } from './index.js';

const images = (value: number) => {
  const data = new Float32Array(2 * 4 * 5 * 3).fill(0.5);
  data[(1 * 4 * 5 + 2 * 5 + 3) * 3 + 1] = value;
  return { count: 2, height: 4, width: 5, channels: 3, data };
};

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused with its image, row, column and channel', (value) => {
  const message = `expected finite pixels, got ${value} in image 1, row 2, column 3, channel 1`;
  expect(() => brightness(images(value), 1)).toThrow(message);
  expect(() => horizontalFlip(images(value))).toThrow(message);
});

test('planes and descriptors are refused with their row', () => {
  const plane = { height: 3, width: 4, data: new Float32Array(12) };
  plane.data[9] = Number.NaN;
  expect(() => integralImage(plane)).toThrow('got NaN in row 2, column 1');
  expect(() => siftFeatures(plane)).toThrow('got NaN in row 2, column 1');
  const second = Float32Array.of(1, 2, 3, Number.NEGATIVE_INFINITY);
  expect(() => ratioMatch(new Float32Array(4), second, 2, 0.8)).toThrow(
    'expected finite descriptors, got -Infinity in row 1',
  );
});
