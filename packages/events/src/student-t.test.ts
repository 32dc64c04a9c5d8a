import { expect, test } from 'vitest';
import { estimate, studentQuantile } from './student-t.js';

// Tables of Student's t, two-sided 95 %.
test.each([
  [1, 12.7062047],
  [2, 4.3026527],
  [4, 2.7764451],
  [29, 2.0452296],
  [1000, 1.9623391],
])('the quantile for %i degrees of freedom', (freedom, expected) => {
  expect(studentQuantile(0.975, freedom)).toBeCloseTo(expected, 5);
});

test('the interval of a mean', () => {
  const { mean, interval } = estimate([0.9, 0.92, 0.94]);
  expect(mean).toBeCloseTo(0.92, 12);
  // 4.3027 * 0.02 / sqrt(3)
  expect(interval![1] - mean).toBeCloseTo(0.0496826, 6);
  expect(mean - interval![0]).toBeCloseTo(0.0496826, 6);
});

test('a single value has no interval', () => {
  expect(estimate([0.5])).toEqual({ mean: 0.5, interval: null });
});
