import { expect, test } from 'vitest';
import { cosine, linearThenConstant, multiStep, oneCycle, risingCosine, suggestRate, warmupCosine } from '../index.js';

test('a cosine holds its minimum after its end', () => {
  const rate = cosine({ base: 1, minimum: 0.1, total: 10 });
  expect([rate(0), rate(5), rate(10), rate(50)]).toEqual([1, 0.55, 0.1, 0.1].map((value) => expect.closeTo(value)));
});

test('warm-up reaches the base rate at its end and the minimum at the end of all', () => {
  const rate = warmupCosine({ base: 2, warmup: 4, total: 12 });
  expect([rate(0), rate(2), rate(4), rate(12)]).toEqual([0, 1, 2, 0].map((value) => expect.closeTo(value)));
});

test('a training of one step has a rate', () => {
  expect(warmupCosine({ base: 2, warmup: 0, total: 1 })(0)).toBe(2);
  expect(warmupCosine({ base: 2, warmup: 1, total: 1 })(0)).toBe(0);
});

test('milestones take effect at their own step', () => {
  const rate = multiStep({ base: 1, milestones: [2, 4], gamma: 0.1 });
  expect([rate(1), rate(2), rate(4)]).toEqual([1, 0.1, 0.01].map((value) => expect.closeTo(value)));
});

test('one cycle rises to the top and falls far below its start, momentum the other way', () => {
  const { rate, momentum } = oneCycle({ maximum: 1, total: 11, rise: 0.5, divFactor: 10, finalDivFactor: 100 });
  expect(rate(0)).toBeCloseTo(0.1);
  expect(rate(10)).toBeCloseTo(0.001);
  expect(Math.max(rate(4), rate(5))).toBeGreaterThan(0.9);
  expect(momentum(0)).toBeCloseTo(0.95);
  expect(momentum(10)).toBeCloseTo(0.95);
});

test('teacher settings', () => {
  expect(risingCosine({ start: 0.9, total: 8 })(8)).toBeCloseTo(1);
  const temperature = linearThenConstant({ start: 0.04, end: 0.07, warmup: 4 });
  expect([temperature(0), temperature(3), temperature(9)]).toEqual([0.04, 0.07, 0.07]);
});

test('a rate is read where the loss falls fastest, before it diverges', () => {
  const rates = Float64Array.from({ length: 40 }, (_, i) => 1e-4 * 1.3 ** i);
  const losses = Float64Array.from(rates, (rate) => 2 / (1 + rate * 20) + (rate > 0.5 ? 100 * rate : 0));
  const { steepest, minimum } = suggestRate(rates, losses, { beta: 0 });
  expect(steepest.rate).toBeGreaterThan(0.01);
  expect(steepest.rate).toBeLessThan(0.2);
  expect(minimum.rate).toBeCloseTo(rates[minimum.index]! / 10);
  expect(rates[minimum.index]).toBeLessThan(0.6);
});

test('too few losses are refused', () => {
  expect(() => suggestRate([1, 2, 3, 4], [1, 1, 1, 1])).toThrow('at least two losses');
});
