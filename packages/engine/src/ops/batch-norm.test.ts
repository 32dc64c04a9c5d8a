import { expect, test } from 'vitest';
import { tf } from '../index.js';
import { createRandom } from '../random.js';
import { expectNoLeak } from '../testing.js';
import { batchNorm } from './batch-norm.js';
import { added, type Case, type Numbers, reluOf, testOnEveryEngine, zeros } from './contract.fixture.js';

function referenceBatchNorm(x: Numbers, gamma: Numbers | null, beta: Numbers | null, epsilon: number): Numbers {
  const channels = x.shape[x.shape.length - 1] ?? NaN;
  const y = zeros(x.shape);
  for (let channel = 0; channel < channels; channel++) {
    const values = x.data.filter((_, place) => place % channels === channel);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    for (let place = channel; place < y.data.length; place += channels) {
      const normalised = ((x.data[place] ?? NaN) - mean) / Math.sqrt(variance + epsilon);
      y.data[place] = normalised * (gamma?.data[channel] ?? 1) + (beta?.data[channel] ?? 0);
    }
  }
  return y;
}

function normCases(name: string, x: readonly number[], epsilon: number): Case[] {
  const channels = [x[x.length - 1] ?? NaN];
  return [
    {
      name: `batchNorm ${name}`,
      shapes: [x, channels, channels],
      op: (rows, gamma, beta) => batchNorm(rows, gamma.flatten(), beta.flatten(), epsilon).y,
      reference: (rows, gamma, beta) => referenceBatchNorm(rows, gamma, beta, epsilon),
    },
    {
      name: `batchNorm ${name}, without scale and shift`,
      shapes: [x],
      op: (rows) => batchNorm(rows, null, null, epsilon).y,
      reference: (rows) => referenceBatchNorm(rows, null, null, epsilon),
    },
    {
      name: `batchNorm ${name}, rectified`,
      shapes: [x, channels, channels],
      op: (rows, gamma, beta) => batchNorm(rows, gamma.flatten(), beta.flatten(), epsilon, { relu: true }).y,
      reference: (rows, gamma, beta) => reluOf(referenceBatchNorm(rows, gamma, beta, epsilon)),
    },
    {
      name: `batchNorm ${name}, with a residual`,
      shapes: [x, channels, channels, x],
      op: (rows, gamma, beta, residual) => batchNorm(rows, gamma.flatten(), beta.flatten(), epsilon, { residual }).y,
      reference: (rows, gamma, beta, residual) => added(referenceBatchNorm(rows, gamma, beta, epsilon), residual),
    },
    {
      name: `batchNorm ${name}, with a residual, rectified`,
      shapes: [x, channels, x],
      op: (rows, gamma, residual) => batchNorm(rows, gamma.flatten(), null, epsilon, { residual, relu: true }).y,
      reference: (rows, gamma, residual) => reluOf(added(referenceBatchNorm(rows, gamma, null, epsilon), residual)),
    },
    {
      name: `batchNorm ${name}, shifted only`,
      shapes: [x, channels],
      op: (rows, beta) => batchNorm(rows, null, beta.flatten(), epsilon).y,
      reference: (rows, beta) => referenceBatchNorm(rows, null, beta, epsilon),
    },
  ];
}

const CASES: readonly Case[] = [
  ...normCases('of images', [4, 4, 3, 3], 1e-5),
  ...normCases('of rows', [7, 5], 1e-3),
  ...normCases('of sequences', [3, 4, 2], 1e-5),
];

testOnEveryEngine(CASES, () => {
  test('batch norm gives the mean and the biased variance, far from zero too', async () => {
    await expectNoLeak(() => {
      const x = tf.tensor2d([1001, -3, 1003, -3, 1005, -3, 1007, -3], [4, 2]);
      const { y, mean, variance } = batchNorm(x, null, null, 1e-3);
      expect([...mean.dataSync()]).toEqual([1004, -3]);
      expect([...variance.dataSync()]).toEqual([5, 0]);
      expect(y.dataSync()[1]).toBe(0);
      return [x, y, mean, variance];
    });
  });

  test('many rows are summed without losing digits', async () => {
    await expectNoLeak(() => {
      const random = createRandom(3);
      const values = Float32Array.from({ length: 60_000 }, () => 100 + random.normal());
      const x = tf.tensor2d(values, [20_000, 3]);
      const { y, mean, variance } = batchNorm(x, null, null, 1e-5);
      for (let channel = 0; channel < 3; channel++) {
        const own = values.filter((_, place) => place % 3 === channel);
        const centre = own.reduce((total, value) => total + value, 0) / own.length;
        const spread = own.reduce((total, value) => total + (value - centre) ** 2, 0) / own.length;
        expect(mean.dataSync()[channel]).toBeCloseTo(centre, 3);
        expect(variance.dataSync()[channel]).toBeCloseTo(spread, 3);
      }
      return [x, y, mean, variance];
    });
  });

  test('nothing is left behind but what is returned', async () => {
    const x = tf.ones<tf.Rank.R4>([2, 6, 6, 4]);
    const gamma = tf.ones<tf.Rank.R1>([4]);
    await expectNoLeak(() => Object.values(batchNorm(x, gamma, null, 1e-5, { residual: x, relu: true })));
    await expectNoLeak(() => Object.values(batchNorm(x, null, gamma, 1e-5)));
    tf.dispose([x, gamma]);
    expect(x.isDisposed).toBe(true);
  });
});
