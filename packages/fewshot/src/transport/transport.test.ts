import { startEngineUnderTest } from '@twoshot/engine/testing';
import { createRandom } from '@twoshot/engine/random';
import { matrixOf } from '@twoshot/geometry';
import { beforeAll, expect, test } from 'vitest';
import { latentSpaceFeatures, ptMapFeatures, transportClasses } from '../index.js';

beforeAll(() => startEngineUnderTest());

function randomRows(count: number, seed: number) {
  const random = createRandom(seed);
  return matrixOf(
    count,
    3,
    Float32Array.from({ length: 3 * count }, () => random.next()),
  );
}

test('the plan keeps the given class sizes for any rows', async () => {
  const sizes = [12, 5, 3];
  const options = { lambda: 5, alpha: 0.3, iterations: 3, classes: 3 };
  const { assignment } = await transportClasses(randomRows(3, 1), [0, 1, 2], randomRows(20, 2), sizes, options);
  const sums = [0, 0, 0];
  for (const [i, share] of assignment.data.entries()) sums[i % 3]! += share;
  for (const [label, size] of sizes.entries()) expect(sums[label]).toBeCloseTo(size, 8);
});

const norm = (data: Float32Array, row: number): number => Math.hypot(...data.subarray(3 * row, 3 * row + 3));

test('the latent space keeps part of the norms, the features of PT-MAP none', () => {
  const [support, query] = [randomRows(4, 3), randomRows(10, 4)];
  const unit = ptMapFeatures(support, query, { transform: 'power', beta: 0.5, epsilon: 1e-6 }).query;
  const kept = latentSpaceFeatures(support, query, { beta: 0.5, epsilon: 1e-6, delta: 0.5, gamma: 0.5 }).query;
  for (let row = 0; row < 10; row++) expect(norm(unit.data, row)).toBeCloseTo(1, 5);
  expect(new Set(Array.from({ length: 10 }, (_, row) => norm(kept.data, row).toFixed(3))).size).toBeGreaterThan(5);
});

test('negative features are refused by row where their power is undefined', () => {
  const broken = matrixOf(2, 1, Float32Array.of(1, -1));
  const options = { transform: 'power', beta: 0.5, epsilon: 1e-6 } as const;
  expect(() => ptMapFeatures(broken, broken, options)).toThrow('got -1 in row 1');
});
