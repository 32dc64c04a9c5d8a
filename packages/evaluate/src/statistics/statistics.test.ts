import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  brierScore,
  estimateMean,
  expectedCalibrationError,
  holmAdjusted,
  mcnemarTest,
  meanConfidenceInterval,
  negativeLogLikelihood,
  silhouette,
  topKAccuracy,
  wilcoxonTest,
} from '../index.js';
import { incompleteBeta, logGamma, normalTail, studentTail, upperQuantile } from './special-functions.js';

test('special functions have their tabled values', () => {
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(0.3483, 10);
  expect([normalTail(0), normalTail(1.959963984540054), normalTail(5)]).toEqual([
    0.5,
    expect.closeTo(0.025, 12),
    expect.closeTo(2.866515718791939e-7, 18),
  ]);
  // With two degrees of freedom the tail has a closed form.
  for (const t of [0.3, 2, 9]) expect(studentTail(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 13);
  expect(upperQuantile(normalTail, 0.005)).toBeCloseTo(2.5758293035489004, 10);
  expect(upperQuantile((t) => studentTail(t, 1), 0.025)).toBeCloseTo(12.706204736432095, 8);
  expect(upperQuantile(normalTail, 0.975)).toBeCloseTo(-1.959963984540054, 10);
  expect(() => upperQuantile(normalTail, 0)).toThrow('in (0, 1)');
});

test('both sides of the normal tail sum to 1 and join smoothly', () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
      expect(normalTail(z) + normalTail(-z)).toBeCloseTo(1, 12);
      expect(normalTail(z)).toBeGreaterThanOrEqual(normalTail(z + 1e-3));
    }),
  );
});

test('the interval of a mean shrinks with more values and lower levels, and is 0 for equal ones', () => {
  const values = [3, 4, 5, 6, 7];
  expect(meanConfidenceInterval(values)).toEqual({ mean: 5, halfWidth: expect.closeTo(1.96324, 5) });
  expect(meanConfidenceInterval(values, 0.9).halfWidth).toBeLessThan(meanConfidenceInterval(values).halfWidth);
  expect(meanConfidenceInterval([...values, ...values]).halfWidth).toBeLessThan(
    meanConfidenceInterval(values).halfWidth,
  );
  expect(meanConfidenceInterval([2, 2, 2]).halfWidth).toBe(0);
  expect(() => meanConfidenceInterval([1])).toThrow('at least two values');
});

// Tables of Student's t, two-sided 95 %.
test.each([
  [2, 12.7062047],
  [3, 4.3026527],
  [5, 2.7764451],
  [30, 2.0452296],
])('the interval of the mean of %i values is that of the tables', (count, quantile) => {
  const values = Array.from({ length: count }, (_, i) => i);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - (count - 1) / 2) ** 2, 0) / (count - 1));
  const { mean, interval } = estimateMean(values);
  expect(mean).toBeCloseTo((count - 1) / 2, 12);
  expect(interval![1] - mean).toBeCloseTo((quantile * deviation) / Math.sqrt(count), 5);
  expect(mean - interval![0]).toBeCloseTo(interval![1] - mean, 12);
});

test('a single value has no interval, none and one that is not finite are refused', () => {
  expect(estimateMean([0.5])).toEqual({ mean: 0.5, interval: null });
  expect(() => estimateMean([])).toThrow('at least two values');
  expect(() => estimateMean([Number.NaN])).toThrow('in row 0');
});

test('McNemar uses rows that only one method predicted correctly', () => {
  const [a, b] = [
    [1, 1, 1, 1, 1, 1, 0, 1],
    [0, 0, 0, 0, 0, 0, 0, 1],
  ];
  expect(mcnemarTest(a, b)).toEqual({ onlyA: 6, onlyB: 0, pValue: expect.closeTo(2 / 64, 12) });
  expect(mcnemarTest(a, a).pValue).toBe(1);
  expect(mcnemarTest(b, a)).toMatchObject({ onlyA: 0, onlyB: 6 });
});

test('exact signed ranks count all signs, ties included', () => {
  // All of 5 differences positive: 2 of 32 sign patterns are as extreme.
  expect(wilcoxonTest([1, 2, 3, 4, 5], [0, 0, 0, 0, 0], 'exact')).toEqual({ statistic: 0, pValue: 2 / 32 });
  expect(wilcoxonTest([1, 1, 1], [0, 0, 0], 'exact').pValue).toBe(2 / 8);
  expect(wilcoxonTest([1, 2], [1, 2]).pValue).toBe(1);
});

test('the exact and the normal test agree on many values, and neither has a direction', () => {
  const first = Array.from({ length: 40 }, (_, i) => Math.sin(i * 1.7) + 0.3);
  const second = Array.from({ length: 40 }, (_, i) => Math.cos(i * 2.3));
  const exact = wilcoxonTest(first, second, 'exact');
  expect(wilcoxonTest(first, second, 'normal').pValue).toBeCloseTo(exact.pValue, 2);
  expect(wilcoxonTest(second, first, 'exact').pValue).toBeCloseTo(exact.pValue, 12);
});

test("Holm's method multiplies the smallest p-value most, and keeps their order", () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), method = 'holm')
  expect(holmAdjusted([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)));
  expect(holmAdjusted([0.9, 0.8])).toEqual([1, 1]);
  expect(holmAdjusted([])).toEqual([]);
});

test('a value that is not finite is refused by its row', () => {
  const broken = [1, 2, Number.NaN, 4];
  const whole = [2, 1, 3, 5];
  expect(() => wilcoxonTest(whole, broken)).toThrow('in row 2');
  expect(() => meanConfidenceInterval(broken)).toThrow('in row 2');
  const rows = { rows: 2, columns: 2, data: Float64Array.of(0.5, 0.5, 0.5, Number.POSITIVE_INFINITY) };
  const single = { ...rows, data: Float32Array.from(rows.data) };
  expect(() => expectedCalibrationError(rows, [0, 1], 10)).toThrow('in row 1');
  expect(() => brierScore(rows, [0, 1])).toThrow('in row 1');
  expect(() => negativeLogLikelihood(rows, [0, 1])).toThrow('in row 1');
  expect(() => topKAccuracy(rows, [0, 1], 1)).toThrow('in row 1');
  expect(() => silhouette(single, [0, 1])).toThrow('in row 1');
});
