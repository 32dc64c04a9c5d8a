import { expect, test } from 'vitest';
import { coRefinedTargets, distributionAlignment, freeMatchThresholds, uniformAlignment } from './index.js';

const sums = (values: Float64Array, classes: number): number[] =>
  Array.from({ length: values.length / classes }, (_, row) =>
    values.subarray(row * classes, (row + 1) * classes).reduce((sum, value) => sum + value, 0),
  );

test('alignment lifts the class that is predicted too rarely and keeps rows summing to 1', () => {
  const probs = [0.8, 0.2, 0.7, 0.3, 0.9, 0.1];
  const { aligned, ema } = uniformAlignment(probs, [0.5, 0.5], { momentum: 0 });
  expect([...ema].map((value) => Number(value.toFixed(6)))).toEqual([0.8, 0.2]);
  expect(aligned[1]).toBeGreaterThan(0.2);
  for (const sum of sums(aligned, 2)) expect(sum).toBeCloseTo(1, 12);
});

test('a distribution that is already that of the labelled rows is left as it is', () => {
  const probs = [0.8, 0.2, 0.6, 0.4];
  const { aligned } = distributionAlignment(
    probs,
    [0.7, 0.3],
    { ema: [0.5, 0.5], emaTarget: [0.5, 0.5] },
    { momentum: 0 },
  );
  for (const [at, value] of aligned.entries()) expect(value).toBeCloseTo(probs[at]!, 6);
});

test('an empty batch moves no average', () => {
  expect([...uniformAlignment([], [0.3, 0.7]).ema]).toEqual([0.3, 0.7]);
  const state = { tau: 0.5, probModel: Float64Array.of(0.5, 0.5), labelHist: Float64Array.of(0.5, 0.5) };
  expect(freeMatchThresholds([], state).tau).toBe(0.5);
});

test('thresholds are lower for classes that are predicted with less confidence', () => {
  const state = { tau: 0.6, probModel: Float64Array.of(0.8, 0.2), labelHist: Float64Array.of(0.5, 0.5) };
  const { thresholds, mask } = freeMatchThresholds([0.9, 0.1, 0.45, 0.55], state);
  expect(thresholds[1]).toBeLessThan(thresholds[0]!);
  expect([...mask]).toEqual([1, 1]);
});

test('co-refinement takes the label at weight 0, the other network at weight 1, and sharpens', () => {
  const targets = coRefinedTargets([1, 0, 1, 0], [0.4, 0.6, 0.4, 0.6], [0, 1], { temperature: 0.5 });
  expect(targets[0]).toBe(1);
  expect(targets[3]).toBeCloseTo(0.36 / (0.36 + 0.16), 12);
});
