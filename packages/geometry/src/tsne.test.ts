import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { type Matrix, matrixOf } from './matrix.js';
import { nearestNeighbours } from './neighbours.js';
import { Quadtree } from './quadtree.js';
import { tsne, TsneForces } from './tsne.js';
import { tsneAffinities } from './tsne-affinities.js';
import { tsneDivergence, tsneGradient } from './tsne-divergence.js';

beforeAll(async () => {
  await startEngineUnderTest();
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

test('the forces without approximation are the gradient; with it they are near', async () => {
  const points = randomRows(300, 5, 4);
  const { joint } = await tsneAffinities(points, { perplexity: 10, neighbours: 30 });
  const embedding = Float64Array.from(randomRows(300, 2, 5).data, (value) => 10 * value);
  const exact = tsneGradient(joint, { rows: 300, columns: 2, data: embedding }).data;
  const errorAt = (theta: number): number => {
    const gradient = new Float64Array(600);
    new TsneForces(joint, theta).gradient(embedding, 1, gradient);
    return Math.hypot(...gradient.map((value, i) => value - exact[i]!)) / Math.hypot(...exact);
  };
  expect(errorAt(0)).toBeLessThan(1e-12);
  expect(errorAt(0.5)).toBeLessThan(0.02);
});

test('coincident rows and far ones share a tree', () => {
  const tree = new Quadtree(5);
  tree.build(Float64Array.of(0, 0, 0, 0, 0, 0, 1e9, 1, 1e9, 2));
  expect(tree.mass[0]).toBe(5);
  expect(tree.skip[0]).toBe(tree.cells);
  expect(tree.x[0]).toBeCloseTo(4e8, 0);
  tree.build(new Float64Array(10));
  expect([tree.mass[0], tree.x[0], tree.y[0]]).toEqual([5, 0, 0]);
});

test('clouds come apart in the plane, the same way for the same seed', async () => {
  const points = randomRows(150, 6, 6);
  for (let row = 0; row < 150; row++) points.data[row * 6 + (row % 3)]! += 9;
  const run = async () => tsne(points, { random: createRandom(2), perplexity: 12, iterations: 300 });
  const plane = await run();
  expect(plane.data.every(Number.isFinite)).toBe(true);
  const { position } = await nearestNeighbours(plane, 5, { metric: 'euclidean' });
  expect(position.every((other, at) => other % 3 === Math.floor(at / 5) % 3)).toBe(true);
  expect(await run()).toEqual(plane);
  await expect(tsne(randomRows(3, 2, 1), { random: createRandom(1) })).rejects.toThrow('at least 4 rows');
});
