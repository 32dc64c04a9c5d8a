import { startEngineUnderTest } from '@twoshot/engine/testing';
import { matrixOf } from '@twoshot/geometry';
import { beforeAll, expect, test } from 'vitest';
import { knnVotes } from './knn-votes.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

test('exponential votes are weighted by cosine, also for neighbours by distance', async () => {
  const support = matrixOf(3, 2, Float32Array.of(1, 0, 0, 1, 40, 40));
  const query = matrixOf(1, 2, Float32Array.of(2, 1));
  const options = { neighbours: 2, metric: 'euclidean', weighting: 'exp', temperature: 0.5, classes: 3 } as const;
  const { data } = await knnVotes(support, [0, 1, 2], query, options);
  const [near, far] = [Math.exp(2 / Math.sqrt(5) / 0.5), Math.exp(1 / Math.sqrt(5) / 0.5)];
  expect(data[0]).toBeCloseTo(near / (near + far), 6);
  expect(data[1]).toBeCloseTo(far / (near + far), 6);
  expect(data[2]).toBe(0);
});
