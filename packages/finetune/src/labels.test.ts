import { type Labels, type Predictions, rowsOf } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { expect, test } from 'vitest';
import { choosePseudoLabels } from './choose-pseudo-labels.js';
import { gatherEvidence } from './evidence.js';
import { drawBalanced, trainingRows } from './training-rows.js';

const images = { set: 'train', index: Uint32Array.of(10, 11, 12, 13) };
const classNames = ['cat', 'dog'];

function answers(index: number[], values: number[], scale: Predictions['scale']): Predictions {
  return { rows: rowsOf('train', Uint32Array.from(index)), classNames, scale, values: Float32Array.from(values) };
}

test('predictions of any scale and row order are averaged per image', () => {
  const evidence = gatherEvidence(images, [
    { input: { from: 'a' }, predictions: answers([11, 10], [0.2, 0.8, 1, 0], 'probabilities') },
    { input: { from: 'b' }, predictions: answers([10, 99], [0, 0, 5, 0], 'logits') },
    { input: { from: 'c' }, predictions: answers([12], [3, 1], 'scores') },
  ]);
  const expected = [0.75, 0.25, 0.2, 0.8, 0.75, 0.25, 0, 0];
  for (const [at, value] of evidence!.probabilities.entries()) expect(value).toBeCloseTo(expected[at]!, 6);
  expect(gatherEvidence(images, [])).toBeNull();
});

const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.95, 0.05, 0.4, 0.6, 0, 0);

test('if balanced, the most confident images per class are used; otherwise the most confident overall', () => {
  const chosen = choosePseudoLabels(probabilities, 2, { share: 0.4, balance: true, minConfidence: 0 });
  expect(chosen.map(({ position, label }) => [position, label])).toEqual([
    [2, 0],
    [3, 1],
  ]);
  const surest = choosePseudoLabels(probabilities, 2, { share: 0.4, balance: false, minConfidence: 0 });
  expect(surest.map(({ position }) => position)).toEqual([2, 0]);
  expect(choosePseudoLabels(probabilities, 2, { share: 1, balance: false, minConfidence: 0.85 })).toHaveLength(2);
});

const labels: Labels = {
  rows: rowsOf('train', Uint32Array.of(11, 13, 77)),
  classNames,
  label: Int32Array.of(1, 0, 0),
  weight: Float32Array.of(1, 0.5, 1),
  source: 'given',
  origin: { split: 0, draw: 1 },
};

test('a given label overrides a pseudo-label of the same image, and weights are kept', () => {
  const rows = trainingRows(images, 2, labels, [
    { position: 1, label: 0, confidence: 0.9 },
    { position: 0, label: 0, confidence: 0.8 },
  ]);
  expect(rows.count).toBe(3);
  expect(rows.members.map(({ positions }) => [...positions])).toEqual([[3, 0], [1]]);
  expect([...rows.members[0]!.weights]).toEqual([0.5, 1]);
});

test('every batch is balanced, however few images a class has, and skips a class without any', () => {
  const rows = trainingRows(images, 3, labels, [{ position: 0, label: 0, confidence: 0.8 }]);
  const { positions, labels: drawn, weights } = drawBalanced(rows, 100, createRandom(3));
  expect(drawn.filter((label) => label === 0)).toHaveLength(50);
  expect(drawn.filter((label) => label === 1)).toHaveLength(50);
  for (const [i, label] of drawn.entries()) {
    expect(label === 1 ? [1] : [0, 3]).toContain(positions[i]);
    expect(weights[i]).toBe(positions[i] === 3 ? 0.5 : 1);
  }
});
