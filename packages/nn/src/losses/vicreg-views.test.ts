import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@twoshot/engine';
import { expectNoLeak } from '@twoshot/engine/testing';
import { createRandom } from '@twoshot/engine/random';
import { beforeAll, expect, test } from 'vitest';
import { vicregViewsLoss } from './vicreg-views.js';

beforeAll(async () => {
  await startEngine('native');
});

interface Case {
  op: string;
  params: { simWeight: number; varWeight: number; covWeight: number; gamma: number; eps: number };
  inputs: Record<'z1' | 'z2', { shape: [number, number]; data: number[] }>;
  expected: Record<'loss' | 'grad_z1' | 'grad_z2', { data: number[] }>;
}
const file = new URL('../../../../test/golden/cases/losses-ssl.json', import.meta.url);
const cases = (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases.filter(({ op }) => op === 'vicreg');

test.each(cases)('two views give the pair loss of VICReg and its gradient, %#', ({ params, inputs, expected }) => {
  const z = tf.concat([inputs.z1, inputs.z2].map(({ data, shape }) => tf.tensor2d(data, shape)));
  const { value, grad } = tf.valueAndGrad(
    (x: tf.Tensor) =>
      vicregViewsLoss(x as tf.Tensor2D, {
        views: 2,
        similarity: 2 * params.simWeight,
        variance: params.varWeight,
        covariance: 2 * params.covWeight,
        gamma: params.gamma,
        eps: params.eps,
      }).loss,
  )(z);
  expect(value.dataSync()[0]).toBeCloseTo(expected.loss.data[0]!, 3);
  const gradient = [...expected.grad_z1.data, ...expected.grad_z2.data];
  for (const [i, got] of grad.dataSync().entries()) expect(got).toBeCloseTo(gradient[i]!, 3);
});

test('the covariance term is the same from either product', () => {
  const random = createRandom(3);
  const values = Float32Array.from({ length: 3 * 8 * 6 }, () => random.normal());
  const wide = tf.tensor2d(values, [24, 6]);
  // The same embeddings with dimensions of zeros behind them, so that dim exceeds images.
  const padded = tf.pad(wide, [
    [0, 0],
    [0, 6],
  ]);
  const [few, many] = [wide, padded].map((z) => vicregViewsLoss(z, { views: 3 }).covariance.dataSync()[0]!);
  expect(many! * 2).toBeCloseTo(few!, 5);
});

test('rows that are not a number of views of some images are refused', () => {
  const z = tf.zeros<tf.Rank.R2>([7, 4]);
  expect(() => vicregViewsLoss(z, { views: 2 })).toThrow('7 embeddings are not 2 views of some images');
  z.dispose();
});

test('no tensor is left behind', async () => {
  const z = tf.randomNormal<tf.Rank.R2>([8, 4], 0, 1, 'float32', 1);
  await expect(expectNoLeak(() => tf.tidy(() => vicregViewsLoss(z, { views: 2 }).loss))).resolves.toBeUndefined();
});
