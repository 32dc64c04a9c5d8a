import { matrixOf } from '@twoshot/geometry';
import { expect, test } from 'vitest';
import { calinskiHarabaszIndex, daviesBouldinIndex } from '../index.js';

const points = matrixOf(4, 1, Float32Array.of(0, 2, 10, 12));

test('separate clusters score better than mixed ones', () => {
  expect(calinskiHarabaszIndex(points, [0, 0, 1, 1])).toBe(50);
  expect(daviesBouldinIndex(points, [0, 0, 1, 1])).toBeCloseTo(0.2, 12);
  expect(calinskiHarabaszIndex(points, [0, 1, 0, 1])).toBeLessThan(50);
  expect(daviesBouldinIndex(points, [0, 1, 0, 1])).toBeGreaterThan(0.2);
});

test('an empty cluster, a single one and one for each row are refused', () => {
  expect(() => daviesBouldinIndex(points, [0, 0, 2, 2])).toThrow('none in cluster 1');
  expect(() => daviesBouldinIndex(points, [0, 0, 0, 0])).toThrow('at least two clusters');
  expect(() => calinskiHarabaszIndex(points, [0, 1, 2, 3])).toThrow('4 of 4 rows');
  expect(() => calinskiHarabaszIndex(points, [0, 1])).toThrow('expected 4 labels, got 2');
});
