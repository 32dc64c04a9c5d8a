import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { biasAdd } from './bias-add.js';
import { type Case, reluOf, testOnEveryEngine } from './contract.fixture.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';

const CASES: readonly Case[] = [
  {
    name: 'relu',
    shapes: [[3, 4, 5]],
    op: (x) => relu(x),
    reference: reluOf,
  },
  {
    name: 'relu6',
    shapes: [[3, 4, 5]],
    op: (x) => relu6(x.mul(3.9)),
    reference: ({ shape, data }) => ({ shape, data: data.map((value) => Math.min(Math.max(3.9 * value, 0), 6)) }),
  },
  {
    name: 'biasAdd',
    shapes: [[2, 3, 4, 5], [5]],
    op: (x, bias) => biasAdd(x, bias.flatten()),
    reference: ({ shape, data }, bias) => ({
      shape,
      data: data.map((value, place) => value + (bias.data[place % 5] ?? NaN)),
    }),
  },
  {
    name: 'biasAdd of rows',
    shapes: [[4, 3], [3]],
    op: (x, bias) => biasAdd(x, bias.flatten()),
    reference: ({ shape, data }, bias) => ({
      shape,
      data: data.map((value, place) => value + (bias.data[place % 3] ?? NaN)),
    }),
  },
];

testOnEveryEngine(CASES, () => {
  test('the gradient of a rectifier is zero at zero', async () => {
    await expectNoLeak(() => {
      const x = tf.tensor1d([-1, 0, 2, 6, 7]);
      const gradient = tf.grad((values: tf.Tensor) => relu(values).sum())(x);
      expect([...gradient.dataSync()]).toEqual([0, 0, 1, 1, 1]);
      const capped = tf.grad((values: tf.Tensor) => relu6(values).sum())(x);
      expect([...capped.dataSync()]).toEqual([0, 0, 1, 0, 0]);
      return [x, gradient, capped];
    });
  });

  test('nothing is left behind but what is returned', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    const bias = tf.ones<tf.Rank.R1>([4]);
    await expectNoLeak(() => relu(x));
    await expectNoLeak(() => biasAdd(x, bias));
    tf.dispose([x, bias]);
    expect(x.isDisposed).toBe(true);
  });
});
