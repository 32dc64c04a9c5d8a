import { matrixOf } from '@twoshot/geometry';
import { expect, test } from 'vitest';
import { nameClusters } from './index.js';

// Three clusters; the first two hold the rows of class 0, the third those of class 1.
const probabilities = matrixOf(4, 3, Float32Array.of(1, 0, 0, 0.4, 0.6, 0, 0, 0.1, 0.9, 0, 0, 1));
const labels = [0, 0, 1, 1];

test('one-to-one leaves a cluster without a name, many-to-one names every cluster', () => {
  expect([...nameClusters(probabilities, labels, { rule: 'one-to-one', classes: 2 }).names]).toEqual([0, -1, 1]);
  const { names, votes } = nameClusters(probabilities, labels, { rule: 'many-to-one', classes: 2 });
  expect([...names]).toEqual([0, 0, 1]);
  expect(votes.data[0]).toBeCloseTo(1.4, 6);
});
