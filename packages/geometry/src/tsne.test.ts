import { startEngine } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { beforeAll, expect, test } from 'vitest';
import { type Matrix, matrixOf } from './matrix.js';
import { tsneAffinities } from './tsne-affinities.js';
import { tsneDivergence, tsneGradient } from './tsne-divergence.js';

beforeAll(async () => {
  await startEngine('native');
});

function randomRows(rows: number, columns: number, seed: number): Matrix {
  const random = createRandom(seed);
  return matrixOf(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
}

test('every row has the entropy that was asked for, and all pairs sum to 1', async () => {
  const { conditional, joint } = await tsneAffinities(randomRows(60, 4, 1), { perplexity: 8, neighbours: 24 });
  for (let row = 0; row < 60; row++) {
    const shares = conditional.weights.subarray(conditional.offsets[row], conditional.offsets[row + 1]);
    expect(shares.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
    expect(Math.exp(shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0))).toBeCloseTo(8, 6);
  }
  expect(joint.weights.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
});

test('rows that coincide more than the perplexity stay finite, and too large a perplexity is refused', async () => {
  const { joint } = await tsneAffinities(matrixOf(6, 1, Float32Array.of(1, 1, 1, 1, 1, 9)), { perplexity: 2 });
  expect(joint.weights.every(Number.isFinite)).toBe(true);
  await expect(tsneAffinities(randomRows(6, 2, 1), { perplexity: 6 })).rejects.toThrow(
    'expected a perplexity of 1 to 5',
  );
});

test('the gradient is the slope of the divergence', async () => {
  const { joint } = await tsneAffinities(randomRows(12, 5, 2), { perplexity: 3 });
  const embedding = { ...randomRows(12, 2, 3), data: Float64Array.from(randomRows(12, 2, 3).data) };
  const { data: gradient } = tsneGradient(joint, embedding);
  for (let i = 0; i < gradient.length; i++) {
    const at = (by: number): number =>
      tsneDivergence(joint, { ...embedding, data: embedding.data.map((value, j) => (j === i ? value + by : value)) });
    expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(gradient[i]!, 6);
  }
});
