import { startEngine, tf } from '@twoshot/engine';
import { expectNoLeak } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { crossEntropy, labelTargets } from './cross-entropy.js';

beforeAll(() => startEngine('cpu'));

test('it is the logarithm of the odds, whatever is added to a row', () => {
  tf.tidy(() => {
    const targets = tf.tensor2d(labelTargets(Int32Array.of(0, 1), 2), [2, 2]);
    const loss = crossEntropy(tf.tensor2d([Math.log(3), 0, 1000, 1000 + Math.log(3)], [2, 2]), targets);
    expect(loss.dataSync()[0]).toBeCloseTo(-2 * Math.log(0.75), 4);
  });
});

test('the gradient is mass times softmax minus targets, also where the targets do not sum to 1', () => {
  tf.tidy(() => {
    const targets = tf.tensor2d([0.5, 0, 0, 0, 0, 0], [2, 3]);
    const grad = tf.grad((x) => crossEntropy(x, targets))(tf.zeros([2, 3]));
    const expected = [0.5 / 3 - 0.5, 0.5 / 3, 0.5 / 3, 0, 0, 0];
    for (const [at, value] of grad.dataSync().entries()) expect(value).toBeCloseTo(expected[at]!, 6);
  });
});

test('a masked logit of -1e9 takes no part', () => {
  tf.tidy(() => {
    const targets = tf.tensor2d([1, 0, 0], [1, 3]);
    expect(crossEntropy(tf.tensor2d([1, 1, -1e9], [1, 3]), targets).dataSync()[0]).toBeCloseTo(Math.LN2, 5);
  });
});

test('rows of any rank are taken over the last axis', () => {
  tf.tidy(() => {
    const targets = tf.mul(tf.ones([2, 3, 4]), 1 / 24);
    expect(crossEntropy(tf.zeros([2, 3, 4]), targets).dataSync()[0]).toBeCloseTo(Math.log(4), 5);
  });
});

test('weights, smoothing and labels make the targets', () => {
  const targets = labelTargets(Int32Array.of(1, 0), 2, { on: 0.75, off: 0.25, weights: [1, 2] });
  expect([...targets]).toEqual([0.25, 0.75, 1.5, 0.5]);
});

test('leaves no tensor behind', async () => {
  const logits = tf.ones([2, 2]);
  await expect(expectNoLeak(() => crossEntropy(logits, logits))).resolves.toBeUndefined();
  await expect(expectNoLeak(() => tf.grad((x) => crossEntropy(x, logits))(logits))).resolves.toBeUndefined();
  logits.dispose();
});
