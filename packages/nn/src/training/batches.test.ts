import { expect, test } from 'vitest';
import { shuffledBatches } from './batches.js';

test('an epoch takes every row at most once, the next one in another order', () => {
  const batches = shuffledBatches({ count: 23, batch: 5, seed: 3 });
  const epochs = [0, 1].map((epoch) => [0, 1, 2, 3].flatMap((i) => Array.from(batches(4 * epoch + i))));
  for (const rows of epochs) expect(new Set(rows).size).toBe(20);
  expect(epochs[1]).not.toEqual(epochs[0]);
});

test('a step has the same rows whatever was asked before it', () => {
  const [one, other] = [0, 1].map(() => shuffledBatches({ count: 50, batch: 8, seed: 9 }));
  for (let step = 0; step < 17; step++) one!(step);
  expect(one!(17)).toEqual(other!(17));
  expect(one!(2)).toEqual(other!(2));
});

test('fewer rows than a batch go round', () => {
  const batches = shuffledBatches({ count: 3, batch: 8, seed: 1 });
  const counts = [0, 0, 0];
  for (let step = 0; step < 3; step++) for (const row of batches(step)) counts[row]!++;
  expect(counts).toEqual([8, 8, 8]);
});

test('no rows are refused', () => {
  expect(() => shuffledBatches({ count: 0, batch: 2, seed: 1 })).toThrow('no rows');
});
