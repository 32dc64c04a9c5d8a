import { expect, test } from 'vitest';
import { instanceSeedOf } from './instance-seed.js';

const node = { instance: 'backbone', axes: {}, seedAxis: null };

test('seeds differ by pipeline seed, instance and axes', () => {
  const seeds = [
    instanceSeedOf(node, 0),
    instanceSeedOf(node, 1),
    instanceSeedOf({ ...node, instance: 'other' }, 0),
    instanceSeedOf({ ...node, axes: { lr: 0.1 } }, 0),
    // The seed axis of a stage above.
    instanceSeedOf({ ...node, axes: { seed: 1 } }, 0),
  ];
  expect(new Set(seeds).size).toBe(seeds.length);
});

test("a stage's own seed axis takes the place of all of them", () => {
  const own = { instance: 'backbone', axes: { seed: 1, lr: 0.1 }, seedAxis: 1 };
  expect(instanceSeedOf(own, 5)).toBe(instanceSeedOf({ ...own, axes: { seed: 1, lr: 0.2 } }, 0));
  expect(instanceSeedOf(own, 0)).not.toBe(instanceSeedOf({ ...own, seedAxis: 2 }, 0));
});

test('the derivation does not change: results of earlier versions hang on it', () => {
  expect(instanceSeedOf(node, 0)).toBe('7d3b3366f49beb3f988c990e7f2cf32df6ff42c1afeffde4e251d708407d7c67');
});
