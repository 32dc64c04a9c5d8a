import { matrixOf } from '@twoshot/geometry';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accuracy,
  adjustedMutualInformation,
  adjustedRandIndex,
  balancedAccuracy,
  brierScore,
  clusterAccuracy,
  confusionMatrix,
  expectedCalibrationError,
  fowlkesMallowsIndex,
  macroF1,
  manyToOneAccuracy,
  negativeLogLikelihood,
  normalisedMutualInformation,
  silhouette,
  topKAccuracy,
} from './index.js';

const pairOfLabellings = fc.integer({ min: 2, max: 40 }).chain((rows) => {
  const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: rows, maxLength: rows });
  return fc.tuple(labels, labels);
});

describe.each([
  ['nmi', normalisedMutualInformation],
  ['ami', adjustedMutualInformation],
  ['ari', adjustedRandIndex],
  ['fmi', fowlkesMallowsIndex],
])('%s', (_, score) => {
  test('is symmetric, at most 1, blind to names, and 1 for the same partition', () => {
    fc.assert(
      fc.property(pairOfLabellings, ([truth, predicted]) => {
        const value = score(truth, predicted);
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(score(predicted, truth)).toBeCloseTo(value, 10);
        expect(
          score(
            truth,
            predicted.map((label) => 17 - 3 * label),
          ),
        ).toBeCloseTo(value, 10);
        // Without two rows together Fowlkes and Mallows have no pair to find.
        const hasPair = new Set(truth).size < truth.length;
        const own = score(
          truth,
          truth.map((label) => label + 5),
        );
        expect(own).toBe(hasPair || score !== fowlkesMallowsIndex ? 1 : 0);
      }),
    );
  });

  test('refuses other numbers of rows, and none', () => {
    expect(() => score([0, 1], [0])).toThrow('expected 2 predictions, got 1');
    expect(() => score([], [])).toThrow('at least one row');
  });
});

test('adjusted scores of chance are about 0', () => {
  const truth = Array.from({ length: 4000 }, (_, i) => i % 4);
  const chance = truth.map((_, i) => Math.floor(i / 4) % 5);
  expect(adjustedMutualInformation(truth, chance)).toBeCloseTo(0, 2);
  expect(adjustedRandIndex(truth, chance)).toBeCloseTo(0, 2);
});

test('clusters are scored under their best names', () => {
  const truth = [0, 0, 0, 1, 1, 1];
  expect(clusterAccuracy(truth, [1, 1, 1, 0, 0, 1], 2, 2)).toBeCloseTo(5 / 6, 12);
  expect(clusterAccuracy(truth, [0, 0, 1, 2, 2, 2], 2, 3)).toBeCloseTo(5 / 6, 12);
  expect(manyToOneAccuracy(truth, [0, 0, 1, 2, 2, 2], 2, 3)).toBe(1);
  fc.assert(
    fc.property(pairOfLabellings, ([a, b]) => {
      expect(manyToOneAccuracy(a, b, 5, 5)).toBeGreaterThanOrEqual(clusterAccuracy(a, b, 5, 5));
      expect(clusterAccuracy(a, b, 5, 5)).toBeGreaterThanOrEqual(accuracy(a, b));
    }),
  );
});

test('a confusion matrix counts truth by row; labels outside are named', () => {
  expect([...confusionMatrix([0, 0, 1, 2], [0, 1, 1, 0], 3)]).toEqual([1, 1, 0, 0, 1, 0, 1, 0, 0]);
  expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow('got truth 3 and prediction 0 in row 1');
});

test('rare classes have the same weight as common ones', () => {
  const truth = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
  const always = truth.map(() => 0);
  expect(accuracy(truth, always)).toBe(0.8);
  expect(balancedAccuracy(truth, always, 3)).toBe(0.5);
  expect(macroF1(truth, always, 3)).toBeCloseTo(8 / 18, 12);
});

test('a class is among the k best where fewer than k are strictly better', () => {
  const scores = matrixOf(2, 3, Float64Array.of(0.2, 0.5, 0.3, 1, 1, 1));
  expect([1, 2, 3].map((k) => topKAccuracy(scores, [0, 2], k))).toEqual([0.5, 0.5, 1]);
});

test('certain and correct is best for every probability score, certain and wrong worst', () => {
  const certain = matrixOf(2, 2, Float64Array.of(1, 0, 0, 1));
  expect([brierScore(certain, [0, 1]), brierScore(certain, [1, 0])]).toEqual([0, 2]);
  expect(negativeLogLikelihood(certain, [0, 1])).toBeCloseTo(0, 12);
  expect(negativeLogLikelihood(certain, [1, 0], 1e-7)).toBeCloseTo(-Math.log(1e-7), 10);
  expect([
    expectedCalibrationError(certain, [0, 1], 10),
    expectedCalibrationError(certain, [1, 0], 10),
    expectedCalibrationError(certain, [0, 0], 10),
  ]).toEqual([0, 1, 0.5]);
  expect(() => brierScore(certain, [0, 2])).toThrow('expected classes below 2, got 2 in row 1');
});

test('silhouettes are near 1 for far clouds, 0 for a single row, and refuse one cluster', () => {
  const points = matrixOf(5, 1, Float32Array.of(0, 0.1, 100, 100.1, 50));
  const { samples, mean } = silhouette(points, [4, 4, 7, 7, 9]);
  expect(samples[4]).toBe(0);
  expect(Math.min(...samples.subarray(0, 4))).toBeGreaterThan(0.99);
  expect(mean).toBeCloseTo(samples.reduce((sum, value) => sum + value, 0) / 5, 12);
  expect(() => silhouette(points, [1, 1, 1, 1, 1])).toThrow('at least two clusters');
});
