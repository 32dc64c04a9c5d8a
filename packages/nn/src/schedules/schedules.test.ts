import { expect, test } from 'vitest';
import {
  cosine,
  linearThenConstant,
  multiStep,
  oneCycle,
  risingCosine,
  suggestLearningRate,
  warmupCosine,
} from '../index.js';

test('a cosine holds its minimum after its end', () => {
  const learningRate = cosine({ base: 1, minimum: 0.1, total: 10 });
  expect([learningRate(0), learningRate(5), learningRate(10), learningRate(50)]).toEqual(
    [1, 0.55, 0.1, 0.1].map((value) => expect.closeTo(value)),
  );
});

test('warm-up reaches the base learning rate at its end and the minimum at the end of all', () => {
  const learningRate = warmupCosine({ base: 2, warmup: 4, total: 12 });
  expect([learningRate(0), learningRate(2), learningRate(4), learningRate(12)]).toEqual(
    [0, 1, 2, 0].map((value) => expect.closeTo(value)),
  );
});

test('a training of one step has a learning rate', () => {
  expect(warmupCosine({ base: 2, warmup: 0, total: 1 })(0)).toBe(2);
  expect(warmupCosine({ base: 2, warmup: 1, total: 1 })(0)).toBe(0);
});

test('milestones take effect at their own step', () => {
  const learningRate = multiStep({ base: 1, milestones: [2, 4], gamma: 0.1 });
  expect([learningRate(1), learningRate(2), learningRate(4)]).toEqual(
    [1, 0.1, 0.01].map((value) => expect.closeTo(value)),
  );
});

test('one cycle rises to the top and falls far below its start, momentum the other way', () => {
  const { learningRate, momentum } = oneCycle({ maximum: 1, total: 11, rise: 0.5, divFactor: 10, finalDivFactor: 100 });
  expect(learningRate(0)).toBeCloseTo(0.1);
  expect(learningRate(10)).toBeCloseTo(0.001);
  expect(Math.max(learningRate(4), learningRate(5))).toBeGreaterThan(0.9);
  expect(momentum(0)).toBeCloseTo(0.95);
  expect(momentum(10)).toBeCloseTo(0.95);
});

test('teacher settings', () => {
  expect(risingCosine({ start: 0.9, total: 8 })(8)).toBeCloseTo(1);
  const temperature = linearThenConstant({ start: 0.04, end: 0.07, warmup: 4 });
  expect([temperature(0), temperature(3), temperature(9)]).toEqual([0.04, 0.07, 0.07]);
});

test('a learning rate is read where the loss falls fastest, before it diverges', () => {
  const rates = Float64Array.from({ length: 40 }, (_, i) => 1e-4 * 1.3 ** i);
  const losses = Float64Array.from(
    rates,
    (learningRate) => 2 / (1 + learningRate * 20) + (learningRate > 0.5 ? 100 * learningRate : 0),
  );
  const { steepest, minimum } = suggestLearningRate(rates, losses, { beta: 0 });
  expect(steepest.learningRate).toBeGreaterThan(0.01);
  expect(steepest.learningRate).toBeLessThan(0.2);
  expect(minimum.learningRate).toBeCloseTo(rates[minimum.index]! / 10);
  expect(rates[minimum.index]).toBeLessThan(0.6);
});

test('too few losses are refused', () => {
  expect(() => suggestLearningRate([1, 2, 3, 4], [1, 1, 1, 1])).toThrow('at least two losses');
});
