import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { expectNoLeak } from '../testing.js';
import { added, type Case, type Numbers, reluOf, testOnEveryEngine } from './contract.fixture.js';
import { normalise } from './normalise.js';

const rowsOf = (tensors: readonly tf.Tensor[]) =>
  tensors.map((tensor) => tensor.flatten()) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];

const at = ({ data: values }: Numbers, place: number): number => values[place % values.length] ?? NaN;

function referenceNormalise({ shape, data }: Numbers, mean: Numbers, scale: Numbers, beta: Numbers): Numbers {
  return { shape, data: data.map((value, place) => (value - at(mean, place)) * at(scale, place) + at(beta, place)) };
}

function normaliseCases(name: string, x: readonly number[]): Case[] {
  const channels = [x[x.length - 1] ?? NaN];
  return [
    {
      name: `normalise ${name}`,
      shapes: [x, channels, channels, channels],
      op: (rows, ...statistics) => normalise(rows, ...rowsOf(statistics)),
      reference: referenceNormalise,
    },
    {
      name: `normalise ${name}, rectified`,
      shapes: [x, channels, channels, channels],
      op: (rows, ...statistics) => normalise(rows, ...rowsOf(statistics), { relu: true }),
      reference: (rows, mean, scale, beta) => reluOf(referenceNormalise(rows, mean, scale, beta)),
    },
    {
      name: `normalise ${name}, with a residual`,
      shapes: [x, channels, channels, channels, x],
      op: (rows, mean, scale, beta, residual) => normalise(rows, ...rowsOf([mean, scale, beta]), { residual }),
      reference: (rows, mean, scale, beta, residual) => added(referenceNormalise(rows, mean, scale, beta), residual),
    },
    {
      name: `normalise ${name}, with a residual, rectified`,
      shapes: [x, channels, channels, channels, x],
      op: (rows, mean, scale, beta, residual) =>
        normalise(rows, ...rowsOf([mean, scale, beta]), { residual, relu: true }),
      reference: (rows, mean, scale, beta, residual) =>
        reluOf(added(referenceNormalise(rows, mean, scale, beta), residual)),
    },
  ];
}

const CASES = [...normaliseCases('of images', [2, 3, 4, 3]), ...normaliseCases('of rows', [7, 5])];

testOnEveryEngine(CASES, () => {
  test('nothing is left behind but what is returned', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    const row = tf.ones<tf.Rank.R1>([4]);
    await expectNoLeak(() => normalise(x, row, row, row, { residual: x, relu: true }));
    tf.dispose([x, row]);
    expect(x.isDisposed).toBe(true);
  });
});
