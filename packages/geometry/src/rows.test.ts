import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argMaxRows } from './arg-max.js';
import { columnMeans, subtractFromRows } from './centring.js';
import { classMeans } from './class-means.js';
import { cosineSimilarities, squaredDistances } from './distances.js';
import { entropyWeights } from './entropy-weights.js';
import { featureMean } from './feature-mean.js';
import { fitLogistic, predictLogistic } from './logistic-regression.js';
import { matrixOf, requireFinite, selectRows, stackRows } from './matrix.js';
import { normaliseRows, normaliseRowSums } from './row-norm.js';
import { softmaxRows } from './softmax.js';

const finite = fc.double({ min: -50, max: 50, noNaN: true });
const matrices = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc
      .array(finite, { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => matrixOf(rows, columns, Float32Array.from(values))),
  );

test('a buffer that does not fit its shape is refused', () => {
  expect(() => matrixOf(2, 3, new Float32Array(5))).toThrow('expected 2 x 3 = 6 values, got 5');
  expect(() => requireFinite(matrixOf(1, 2, Float64Array.of(1, Number.NEGATIVE_INFINITY)), 'costs')).toThrow(
    'expected finite costs, got -Infinity in row 0, column 1',
  );
  expect(() => stackRows(matrixOf(1, 2, new Float32Array(2)), matrixOf(1, 3, new Float32Array(3)))).toThrow(
    'rows of 2',
  );
});

test('rows are selected and stacked in order', () => {
  const points = matrixOf(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6));
  expect([...selectRows(points, [2, 0]).data]).toEqual([5, 6, 1, 2]);
  expect([...stackRows(points, selectRows(points, [1])).data]).toEqual([1, 2, 3, 4, 5, 6, 3, 4]);
});

test('softmax rows sum to 1 and do not change with an offset; unit rows have length 1 or 0', () => {
  fc.assert(
    fc.property(matrices, finite, (points, offset) => {
      const shares = softmaxRows(points);
      const moved = softmaxRows({ ...points, data: Float64Array.from(points.data, (value) => value + offset) });
      const unit = normaliseRows(points);
      for (let row = 0; row < points.rows; row++) {
        const slice = (data: ArrayLike<number>): number[] =>
          Array.from(data).slice(row * points.columns, (row + 1) * points.columns);
        expect(slice(shares.data).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
        const length = Math.hypot(...slice(unit.data));
        expect(slice(points.data).some((value) => value !== 0) ? length : 1).toBeCloseTo(1, 4);
      }
      for (const [i, value] of shares.data.entries()) expect(moved.data[i]).toBeCloseTo(value, 10);
    }),
  );
});

test('shares of nothing are uniform, and sureness is 1 for one class and 0 for all', () => {
  const scores = matrixOf(3, 2, Float64Array.of(0, 0, 3, -1, 1, 1));
  expect([...normaliseRowSums(matrixOf(1, 4, new Float64Array(4))).data]).toEqual([0.25, 0.25, 0.25, 0.25]);
  const { probabilities, weights } = entropyWeights(scores);
  expect([...probabilities.data]).toEqual([0.5, 0.5, 1, 0, 0.5, 0.5]);
  expect([...weights]).toEqual([0, 1, 0]);
});

test('distances and cosines are symmetric, and zero of a row with itself', () => {
  fc.assert(
    fc.property(matrices, (points) => {
      for (const measure of [squaredDistances, cosineSimilarities]) {
        const { data } = measure(points, points);
        for (let i = 0; i < points.rows; i++)
          for (let j = 0; j < points.rows; j++) expect(data[i * points.rows + j]).toBe(data[j * points.rows + i]);
      }
      const distances = squaredDistances(points, points);
      for (let i = 0; i < points.rows; i++) expect(distances.data[i * points.rows + i]).toBe(0);
    }),
  );
  expect(() => squaredDistances(matrixOf(1, 2, new Float32Array(2)), matrixOf(1, 3, new Float32Array(3)))).toThrow(
    'rows of 3 values, got 2',
  );
});

test('class means weigh rows, leave out unlabelled ones and refuse unknown classes', () => {
  const points = matrixOf(4, 1, Float32Array.of(1, 5, 9, 100));
  const { means, counts } = classMeans(points, [0, 0, 1, -1], 3, [3, 1, 1, 1]);
  expect([...means.data]).toEqual([2, 9, 0]);
  expect([...counts]).toEqual([2, 1, 0]);
  expect(() => classMeans(points, [0, 0, 3, 0], 3)).toThrow('expected a class below 3, got 3 in row 2');
});

test('centring, ties of the largest, and opposite views', () => {
  const points = matrixOf(2, 2, Float32Array.of(1, 2, 3, 6));
  expect([...subtractFromRows(points, columnMeans(points)).data]).toEqual([-1, -2, 1, 2]);
  expect([...argMaxRows(matrixOf(2, 3, Float32Array.of(1, 4, 4, 0, 0, 0)))]).toEqual([1, 0]);
  expect([...featureMean(Float32Array.of(0.1, 0.7, -0.1, -0.7), 2, 1, 2).data]).toEqual([0, 0]);
  expect(() => featureMean(new Float32Array(3), 2, 1, 2)).toThrow('expected 2 x 1 x 2 values');
});

test('logistic regression sits where its gradient is zero, and separates what can be separated', () => {
  const points = matrixOf(6, 2, Float32Array.of(0, 1, 0.2, 1.1, 3, 0, 3.1, 0.3, -2, -2, -2.2, -1.9));
  const labels = [0, 0, 1, 1, 2, 2];
  const model = fitLogistic(points, labels, { classes: 3, C: 1 });
  expect([...argMaxRows(predictLogistic(model, points))]).toEqual(labels);
  expect(model.intercepts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
  const objective = (nudged: number, by: number): number => {
    const data = model.coefficients.data.map((value, i) => (i === nudged ? value + by : value));
    const moved = { ...model, coefficients: { ...model.coefficients, data } };
    const { data: p } = predictLogistic(moved, points);
    return (
      labels.reduce((sum, label, row) => sum - Math.log(p[row * 3 + label]!), 0) +
      data.reduce((sum, w) => sum + w * w, 0) / 2
    );
  };
  expect(objective(0, 0)).toBeCloseTo(model.objective, 10);
  for (let i = 0; i < 6; i++) expect(objective(i, 1e-4) - objective(i, -1e-4)).toBeCloseTo(0, 9);
  expect(() => fitLogistic(points, [0], { classes: 3, C: 1 })).toThrow('expected 6 labels, got 1');
});
