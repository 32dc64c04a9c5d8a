import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { biasAdd } from './bias-add.js';
import { type Case, reluOf, testOnEveryEngine } from './contract.fixture.js';
import { relu } from './relu.js';

const CASES: readonly Case[] = [
  {
    name: 'relu',
    shapes: [[3, 4, 5]],
    op: (x) => relu(x),
    reference: reluOf,
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
      const x = tf.tensor1d([-1, 0, 2]);
      const gradient = tf.grad((values: tf.Tensor) => relu(values).sum())(x);
      expect([...gradient.dataSync()]).toEqual([0, 0, 1]);
      return [x, gradient];
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
