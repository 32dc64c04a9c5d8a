import { startEngineUnderTest } from '@twoshot/engine/testing';
import { createRandom } from '@twoshot/engine/random';
import { matrixOf } from '@twoshot/geometry';
import { beforeAll, expect, test } from 'vitest';
import { baseStatistics, sampleDistributions, tukeyTransform } from '../index.js';

beforeAll(() => startEngineUnderTest());

test('base classes have unbiased covariances; those of a single row are ignored', async () => {
  const points = matrixOf(5, 2, Float32Array.of(0, 0, 2, 4, 9, 9, 1, 1, 3, 1));
  const { means, covariances } = await baseStatistics(points, [2, 2, 0, 5, 5]);
  expect([...means.data]).toEqual([1, 2, 2, 1]);
  expect([...covariances]).toEqual([2, 4, 4, 8, 2, 0, 0, 0].map((value) => expect.closeTo(value, 5)));
  await expect(baseStatistics(points, [0, 1, 2, 3, -1])).rejects.toThrow('at least two rows');
});

test('sampled rows have the mean and the covariance of their distribution, also if it is singular', async () => {
  const means = matrixOf(2, 2, Float64Array.of(1, -1, 5, 5));
  const covariances = Float64Array.of(4, 2, 2, 1, 0, 0, 0, 0);
  const { rows, data } = await sampleDistributions({ means, covariances }, 4000, createRandom(1));
  expect(rows).toBe(8000);
  const drawn = Array.from({ length: 4000 }, (_, row) => [data[2 * row]! - 1, data[2 * row + 1]! + 1] as const);
  const mean = (of: (row: readonly [number, number]) => number): number =>
    drawn.reduce((sum, row) => sum + of(row), 0) / 4000;
  expect(Math.abs(mean(([x]) => x))).toBeLessThan(0.15);
  expect(mean(([x]) => x * x)).toBeCloseTo(4, 0);
  expect(mean(([x, y]) => x * y)).toBeCloseTo(2, 0);
  expect(data.subarray(8000).every((value) => value === 5)).toBe(true);
});

test('powers below 1 refuse negative features and the logarithm refuses 0', () => {
  expect([...tukeyTransform(matrixOf(1, 2, Float32Array.of(4, 9)), 0.5).data]).toEqual([2, 3]);
  expect([...tukeyTransform(matrixOf(1, 2, Float32Array.of(-4, 9)), 1).data]).toEqual([-4, 9]);
  expect(() => tukeyTransform(matrixOf(2, 1, Float32Array.of(4, -9)), 0.5)).toThrow('at least 0 for Tukey');
  expect(() => tukeyTransform(matrixOf(2, 1, Float32Array.of(4, 0)), 0)).toThrow('got 0 in row 1');
});
