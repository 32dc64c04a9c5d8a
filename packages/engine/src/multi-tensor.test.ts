import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { comparedEngines } from './engine-under-test.js';
import { tf, updateAdam, updateAverages, updateLars, updateSgd } from './index.js';
import { createRandom } from './random.js';
import { startEngine } from './start.js';

const SHAPES: readonly (readonly number[])[] = [[3, 3, 2, 4], [4], [], [1000]];

interface State {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  readonly decay: number;
  /** The same numbers in double precision. */
  readonly numbers: { readonly w: number[]; readonly g: number[]; readonly m: number[]; readonly v: number[] };
}

/** The largest difference to the numbers expected. */
function errorOf(tensor: tf.Tensor, expected: readonly number[]): number {
  const found = tensor.dataSync();
  return Math.max(...expected.map((value, place) => Math.abs(value - (found[place] ?? NaN))));
}

describe.each(comparedEngines())('on the engine %s', (kind) => {
  let states: State[] = [];

  beforeAll(async () => {
    await startEngine(kind);
  });

  beforeEach(() => {
    tf.disposeVariables();
    const random = createRandom(5);
    states = SHAPES.map((shape, index) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const numbers = (): number[] => Array.from({ length: size }, () => Math.fround(random.normal()));
      const [w, g, m] = [numbers(), numbers(), numbers()];
      const v = numbers().map((value) => Math.fround(value * value));
      const tensor = (values: number[]): tf.Tensor => tf.tensor(values, [...shape]);
      return {
        variable: tf.variable(tensor(w)),
        gradient: tensor(g),
        first: tf.variable(tensor(m)),
        second: tf.variable(tensor(v)),
        decay: index * 0.1,
        numbers: { w, g, m, v },
      };
    });
  });

  test.each([true, false])('Adam with decoupled decay %s is the formula, step after step', (decoupled) => {
    const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-3, decoupled };
    const before = tf.memory().numTensors;
    for (let steps = 1; steps <= 3; steps++) {
      updateAdam(states, { ...settings, steps });
      for (const { numbers, decay } of states) {
        for (const [place, weight] of numbers.w.entries()) {
          const slope = (numbers.g[place] ?? NaN) + (decoupled ? 0 : decay * weight);
          const mean = 0.9 * (numbers.m[place] ?? NaN) + 0.1 * slope;
          const square = 0.95 * (numbers.v[place] ?? NaN) + 0.05 * slope * slope;
          const change = mean / (1 - 0.9 ** steps) / (Math.sqrt(square / (1 - 0.95 ** steps)) + 1e-3);
          numbers.m[place] = mean;
          numbers.v[place] = square;
          numbers.w[place] = weight * (decoupled ? 1 - 0.01 * decay : 1) - 0.01 * change;
        }
      }
    }
    for (const { variable, first, second, numbers } of states) {
      expect(errorOf(variable, numbers.w)).toBeLessThan(2e-6);
      expect(errorOf(first, numbers.m)).toBeLessThan(2e-6);
      expect(errorOf(second, numbers.v)).toBeLessThan(2e-6);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([true, false])('gradient descent with Nesterov momentum %s is the formula', (nesterov) => {
    const before = tf.memory().numTensors;
    const parameters = states.map(({ variable, gradient, first, decay }) => ({
      variable,
      gradient,
      velocity: first,
      decay,
    }));
    updateSgd(parameters, { learningRate: 0.1, momentum: 0.8, nesterov });
    for (const { variable, first, numbers, decay } of states) {
      const slopes = numbers.g.map((value, place) => value + decay * (numbers.w[place] ?? NaN));
      const speeds = slopes.map((slope, place) => 0.8 * (numbers.m[place] ?? NaN) + slope);
      const directions = speeds.map((speed, place) => (nesterov ? (slopes[place] ?? NaN) + 0.8 * speed : speed));
      expect(errorOf(first, speeds)).toBeLessThan(2e-6);
      expect(
        errorOf(
          variable,
          numbers.w.map((weight, place) => weight - 0.1 * (directions[place] ?? NaN)),
        ),
      ).toBeLessThan(2e-6);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    { nesterov: true, limit: null },
    { nesterov: false, limit: 0.004 },
  ])('layer-wise rates with Nesterov momentum $nesterov and limit $limit are the formula', ({ nesterov, limit }) => {
    const settings = { learningRate: 0.1, momentum: 0.8, nesterov, decay: 0.05, eta: 0.01, epsilon: 1e-8, limit };
    const before = tf.memory().numTensors;
    const parameters = states.map(({ variable, gradient, first }) => ({
      variable,
      gradient,
      velocity: first,
      adapted: variable.rank > 1,
    }));
    const rates = updateLars(parameters, settings);
    const found = rates.dataSync();
    rates.dispose();
    for (const [index, { variable, first, numbers }] of states.entries()) {
      const adapted = variable.rank > 1;
      const [size, slope] = [Math.hypot(...numbers.w), Math.hypot(...numbers.g)];
      const trust = (0.01 * size) / (slope + 0.05 * size + 1e-8);
      const local = adapted ? Math.min(limit === null ? Infinity : 1, trust / (limit ?? 1)) : 1;
      expect(found[index]).toBeCloseTo(local, 6);
      const slopes = numbers.g.map(
        (value, place) => (value + (adapted ? 0.05 * (numbers.w[place] ?? NaN) : 0)) * local,
      );
      const speeds = slopes.map((value, place) => 0.8 * (numbers.m[place] ?? NaN) + value);
      const ends = numbers.w.map((weight, place) => {
        const direction = nesterov ? (slopes[place] ?? NaN) + 0.8 * (speeds[place] ?? NaN) : (speeds[place] ?? NaN);
        return weight - 0.1 * direction;
      });
      expect(errorOf(first, speeds)).toBeLessThan(2e-6);
      expect(errorOf(variable, ends)).toBeLessThan(2e-6);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a tensor of zeros, or with a gradient of zeros, keeps the common learning rate', () => {
    const zeros = tf.variable(tf.zeros([2, 2]));
    const ones = tf.variable(tf.ones([2, 2]));
    const velocity = tf.variable(tf.zeros([2, 2]));
    const settings = { learningRate: 1, momentum: 0, nesterov: false, decay: 0, eta: 0.1, epsilon: 1e-8, limit: null };
    const rates = updateLars(
      [
        { variable: zeros, gradient: tf.ones([2, 2]), velocity, adapted: true },
        { variable: ones, gradient: tf.zeros([2, 2]), velocity, adapted: true },
      ],
      settings,
    );
    expect([...rates.dataSync()]).toEqual([1, 1]);
  });

  test('averages move by their decay', () => {
    updateAverages(
      states.map(({ first, gradient }) => ({ average: first, value: gradient })),
      0.75,
    );
    for (const { first, numbers } of states) {
      expect(
        errorOf(
          first,
          numbers.m.map((value, place) => 0.75 * value + 0.25 * (numbers.g[place] ?? NaN)),
        ),
      ).toBeLessThan(2e-6);
    }
  });

  test('an update of nothing does nothing', () => {
    updateAverages([], 0.5);
    updateSgd([], { learningRate: 1, momentum: 0, nesterov: false });
    expect(states.length).toBe(SHAPES.length);
  });
});
