import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { clusterBalance, neighbourAgreement } from './index.js';

beforeAll(async () => {
  await startEngineUnderTest();
});

/** Two views of `images` points in `dim` dimensions, the second one off by noise of this size. */
function features(images: number, dim: number, noise: number): tf.Tensor2D {
  const random = createRandom(3);
  const first = Array.from({ length: images * dim }, () => random.normal());
  return tf.tensor2d([...first, ...first.map((value) => value + noise * random.normal())], [2 * images, dim]);
}

test('close views share their neighbours, unrelated ones as many as by chance', async () => {
  const { measure } = await neighbourAgreement({ views: 2, k: 5 });
  expect(await measure(features(101, 8, 0), 0)).toBe(1);
  const near = await measure(features(101, 8, 0.1), 0);
  expect(near).toBeGreaterThan(0.6);
  expect(near).toBeLessThan(1);
  const apart = await measure(features(101, 8, 100), 0);
  expect(apart).toBeLessThan(0.12);
});

test('rows in equal groups are balanced; rows in a single point are not, which is reported', async () => {
  const { measure, warning } = await clusterBalance({ clusters: 4 });
  const groups = tf.tensor2d(
    Array.from({ length: 80 }, (_, row) => Array.from({ length: 4 }, (__, i) => Number(i === row % 4))),
  );
  expect(await measure(groups, 0)).toBeCloseTo(1);
  const balance = await measure(tf.ones([80, 4]), 0);
  expect(balance).toBe(0);
  expect(warning!(balance, 50)).toContain('have collapsed: nearly all images of step 50 fall into one of 4 clusters');
  expect(warning!(0.9, 50)).toBeNull();
});

test('too few rows, or rows that are not finite, are not measured', async () => {
  const balance = await clusterBalance();
  const agreement = await neighbourAgreement({ views: 2 });
  expect(await balance.measure(features(4, 3, 0), 0)).toBeNaN();
  expect(await agreement.measure(features(4, 3, 0), 0)).toBeNaN();
  const bad = features(20, 3, Number.NaN);
  expect(await balance.measure(bad, 0)).toBeNaN();
  expect(await agreement.measure(bad, 0)).toBeNaN();
});
