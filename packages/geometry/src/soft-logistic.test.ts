import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { columnMeans, subtractFromRows } from './centring.js';
import { fitLogistic, predictLogistic } from './logistic-regression.js';
import { type Matrix, matrixOf, selectRows } from './matrix.js';
import { oneHot } from './one-hot.js';
import { fitSoftLogistic, type LinearClassifier } from './soft-logistic.js';

beforeAll(() => startEngineUnderTest());

/** Three overlapping clouds of mean 0 and mean squared length 1. */
function clouds(rows: number): { points: Matrix; labels: Int32Array } {
  const random = createRandom(8);
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 3);
  const raw = Float32Array.from({ length: rows * 4 }, (_, i) =>
    Math.fround(random.normal() + 2 * Number(i % 4 === labels[Math.floor(i / 4)])),
  );
  const whole = matrixOf(rows, 4, raw);
  const { data } = subtractFromRows(whole, columnMeans(whole));
  const scale = Math.sqrt(rows / data.reduce((sum, value) => sum + value ** 2, 0));
  return {
    points: matrixOf(
      rows,
      4,
      data.map((value) => value * scale),
    ),
    labels,
  };
}

const shares = ({ coefficients, intercepts }: LinearClassifier, points: Matrix): Float64Array =>
  predictLogistic(
    {
      coefficients: { ...coefficients, data: Float64Array.from(coefficients.data) },
      intercepts: Float64Array.from(intercepts),
      objective: 0,
    },
    points,
  ).data;

const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

const targetsOf = (labels: Int32Array, weights?: Float32Array): Matrix => {
  const { data } = oneHot(labels, 3, weights);
  return matrixOf(labels.length, 3, Float32Array.from(data));
};

test('on labels it is the exact logistic regression, whatever the units of the features', async () => {
  const { points, labels } = clouds(300);
  const exact = predictLogistic(fitLogistic(points, labels, { classes: 3, C: 1 }), points).data;
  const options = { penalty: 1 / 300, tolerance: 1e-5 };
  const own = await fitSoftLogistic(points, targetsOf(labels), options);
  expect(largestDifference(shares(own, points), exact)).toBeLessThan(1e-3);
  const moved = matrixOf(
    300,
    4,
    points.data.map((value) => 50 * value + 7),
  );
  const other = await fitSoftLogistic(moved, targetsOf(labels), options);
  expect(largestDifference(shares(other, moved), exact)).toBeLessThan(1e-3);
});

test('soft targets are met in the mean, and a row of weight 2 counts as two rows', async () => {
  const { points, labels } = clouds(90);
  const soft = matrixOf(
    90,
    3,
    Float32Array.from({ length: 270 }, (_, i) => [0.5, 0.3, 0.2][i % 3]!),
  );
  const even = shares(await fitSoftLogistic(points, soft, { penalty: 1, tolerance: 1e-5 }), points);
  for (let i = 0; i < 270; i++) expect(even[i]!).toBeCloseTo([0.5, 0.3, 0.2][i % 3]!, 2);
  const twice = [...labels.keys(), 0, 1, 2];
  const weights = new Float32Array(90).fill(1).fill(2, 0, 3);
  const weighted = await fitSoftLogistic(points, targetsOf(labels, weights), { penalty: 0.1, tolerance: 1e-5 });
  const doubled = await fitSoftLogistic(
    selectRows(points, twice),
    targetsOf(Int32Array.from(twice, (row) => labels[row]!)),
    { penalty: 0.1, tolerance: 1e-5 },
  );
  expect(largestDifference(shares(weighted, points), shares(doubled, points))).toBeLessThan(0.01);
});

test('targets of other rows, of no weight and not finite are refused', async () => {
  const { points, labels } = clouds(6);
  const refused = (targets: Matrix): Promise<unknown> => fitSoftLogistic(points, targets, { penalty: 1 });
  await expect(refused(targetsOf(labels.slice(1)))).rejects.toThrow('expected 6 rows of targets, got 5');
  await expect(refused(matrixOf(6, 3, new Float32Array(18)))).rejects.toThrow('expected targets with a sum above 0');
  await expect(refused(matrixOf(6, 3, new Float32Array(18).fill(Number.NaN)))).rejects.toThrow('finite targets');
});
