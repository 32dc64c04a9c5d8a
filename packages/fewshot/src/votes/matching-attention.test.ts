import { matrixOf } from '@twoshot/geometry';
import { expect, test } from 'vitest';
import { matchingAttention } from '../index.js';

const support = matrixOf(3, 2, Float32Array.of(1, 0, 0, 1, 1, 1));
const query = matrixOf(1, 2, Float32Array.of(3, 0.5));

test('attention follows the cosine, and concentrates on the nearest row as the temperature falls', () => {
  const { attention, probabilities, logProbabilities } = matchingAttention(support, [0, 1, 1], query, { classes: 2 });
  expect(attention.data.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(probabilities.data[1]).toBeCloseTo(attention.data[1]! + attention.data[2]!, 12);
  expect(logProbabilities.data[0]).toBeCloseTo(Math.log(probabilities.data[0]! + 1e-6), 12);
  const cold = matchingAttention(support, [0, 1, 1], query, { classes: 2, temperature: 0.01 });
  expect(cold.probabilities.data[0]).toBeGreaterThan(0.999);
});
