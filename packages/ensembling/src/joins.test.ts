import { expect, test } from 'vitest';
import {
  dawidSkene,
  estimatePriors,
  fitTemperature,
  geometricMean,
  majorityVote,
  meanLogits,
  meanProbabilities,
  type ModelStack,
  rankAverage,
  runningAverages,
  selectGreedily,
  stackModels,
  votesOf,
} from './index.js';

const stack = (models: number, rows: number, data: readonly number[]): ModelStack => ({
  models,
  rows,
  classes: data.length / models / rows,
  data: Float64Array.from(data),
});
const two = stack(2, 2, [0.9, 0.1, 0.4, 0.6, 0.7, 0.3, 0.2, 0.8]);

test('means divide by the sum of the weights; the logits of a mean are those of the geometric one', () => {
  expect([...meanProbabilities(two, [3, 1]).data]).toEqual([0.85, 0.15, 0.35, 0.65].map((p) => expect.closeTo(p, 12)));
  const logits = meanLogits({ ...two, data: two.data.map(Math.log) }).probabilities.data;
  for (const [i, value] of geometricMean(two).data.entries()) expect(logits[i]).toBeCloseTo(value, 12);
  expect(() => meanProbabilities(two, [1])).toThrow('expected 2 weights');
  expect(() => meanProbabilities(two, [0, 0])).toThrow('at least one weight above 0');
});

test('a vote counts most likely classes; the mean probability decides ties', () => {
  expect([...votesOf(two)]).toEqual([0, 0, 1, 1]);
  const split = stack(2, 1, [0.9, 0.1, 0.45, 0.55]);
  expect([...majorityVote(split).labels]).toEqual([0]);
});

test('equal probabilities share their mean rank', () => {
  const ranks = rankAverage(stack(1, 4, [0.5, 0.5, 0.5, 0.5, 0.1, 0.9, 0.8, 0.2]));
  expect([...ranks.data].map((rank) => rank * 8)).toEqual([5, 5, 5, 5, 2, 8, 8, 2]);
});

test('the votes of a model that is always wrong are inverted, once the others determine the truth', () => {
  const truth = Array.from({ length: 30 }, (_, row) => row % 2);
  const votes = truth.flatMap((label, row) => [label, row === 4 ? 1 - label : label, label, 1 - label]);
  const { labels, confusions, priors } = dawidSkene(votes, 4, { classes: 2, iterations: 10 });
  expect([...labels]).toEqual(truth);
  expect(confusions[3 * 4 + 1]).toBeGreaterThan(0.99);
  expect(priors[0]).toBeCloseTo(0.5, 2);
  expect(() => dawidSkene([0, 2], 2, { classes: 2, iterations: 1 })).toThrow('below 2, got 2 in row 0');
  expect([...dawidSkene([-1, -1], 2, { classes: 2, iterations: 1 }).probabilities.data]).toEqual([0.5, 0.5]);
});

test('correct priors are unchanged, and proportions of 0 are refused', () => {
  const even = { rows: 2, columns: 2, data: Float64Array.of(0.8, 0.2, 0.2, 0.8) };
  expect([...estimatePriors(even, [0.5, 0.5], { iterations: 5 }).priors]).toEqual([0.5, 0.5]);
  expect(() => estimatePriors(even, [1, 0], { iterations: 1 })).toThrow('above 0, got 0 at 1');
  expect(() => estimatePriors(even, [1], { iterations: 1 })).toThrow('2 classes, got 1');
});

test('fits on labels select the better model and recover a temperature', () => {
  const labels = [0, 1];
  const pair = stack(2, 2, [0.3, 0.7, 0.6, 0.4, 0.8, 0.2, 0.3, 0.7]);
  expect([...selectGreedily(pair, labels, { metric: 'nll', steps: 4 }).weights]).toEqual([0, 1]);
  const { data } = stackModels(pair, labels, pair, { classes: 2, C: 10 });
  expect(data[0]! > data[1]! && data[3]! > data[2]!).toBe(true);
  expect(() => stackModels(pair, labels, stack(1, 1, [0.5, 0.5]), { classes: 2, C: 1 })).toThrow('of 2 models, got 1');
  // Three of four rows are right: the most likely probability is 3/4, whatever the size of the logits.
  const logits = { rows: 4, columns: 2, data: Float64Array.of(9, 0, 9, 0, 9, 0, 9, 0) };
  expect(fitTemperature(logits, [0, 0, 0, 1]).temperature).toBeCloseTo(9 / Math.log(3), 4);
  expect(() => fitTemperature(logits, [0, 0, 0, 1], { minimum: 2, maximum: 1 })).toThrow('minimum < maximum');
});

test('running averages of snapshots; invalid stacks are refused', () => {
  expect([...runningAverages([2, 4, 4, 8, 0, 0], 3)]).toEqual([2, 4, 3, 6, 2, 4]);
  expect(() => runningAverages([1, 2, 3], 2)).toThrow('snapshots of one size');
  expect(() => votesOf(stack(1, 2, [0.5, 0.5, Number.NaN, 1]))).toThrow('NaN in row 1 of model 0');
  expect(() => votesOf({ ...two, models: 0, data: new Float64Array() })).toThrow('at least one model');
});
