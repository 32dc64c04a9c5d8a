import { tf, startEngine } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { expectNoLeak } from '@twoshot/engine/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  arcFaceLoss,
  contrastivePairsLoss,
  cosFaceLoss,
  nPairLoss,
  prototypicalLoss,
  proxyAnchorLoss,
} from './index.js';

type Loss = (left: tf.Tensor2D, right: tf.Tensor2D) => { readonly loss: tf.Scalar };

const labels = Int32Array.from([2, 0, 1, 1, 0, 2]);
const losses: Readonly<Record<string, { right: [number, number]; loss: Loss }>> = {
  arcface: { right: [5, 3], loss: (x, w) => arcFaceLoss(x, w, labels, { scale: 8 }) },
  cosface: { right: [5, 3], loss: (x, w) => cosFaceLoss(x, w, labels, { scale: 8 }) },
  'proxy-anchor': { right: [3, 5], loss: (x, w) => proxyAnchorLoss(x, w, labels, { alpha: 8 }) },
  'n-pair': { right: [6, 5], loss: (x, y) => nPairLoss(x, y, { l2Reg: 0.1 }) },
  'contrastive pairs': {
    right: [6, 5],
    loss: (a, b) => contrastivePairsLoss(a, b, [1, 0, 1, 0, 0, 1], { margin: 4 }),
  },
  prototypical: { right: [7, 5], loss: (q, s) => prototypicalLoss(s, Int32Array.of(0, 1, 2, 0, 0, 2, 1), q, labels) },
  'prototypical, cosine': {
    right: [7, 5],
    loss: (q, s) =>
      prototypicalLoss(s, Int32Array.of(0, 1, 2, 0, 0, 2, 1), q, labels, { distance: 'cosine', temperature: 0.2 }),
  },
};

beforeAll(() => startEngine('cpu'));

function draw(seed: number, length: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

describe.each(Object.entries(losses))('%s', (_, { right, loss }) => {
  const evaluate = (a: Float32Array, b: Float32Array): { value: number; gradients: Float32Array[] } => {
    const x = tf.tensor2d(a, [6, 5]);
    const y = tf.tensor2d(b, right);
    const { value, grads } = tf.valueAndGrads(
      (l: tf.Tensor, r: tf.Tensor) => loss(l as tf.Tensor2D, r as tf.Tensor2D).loss,
    )([x, y]);
    const result = { value: value.dataSync()[0]!, gradients: grads.map((grad) => grad.dataSync<'float32'>().slice()) };
    tf.dispose([x, y, value, ...grads]);
    return result;
  };

  test('both gradients are those of finite differences', () => {
    const [a, b] = [draw(1, 30), draw(2, right[0] * right[1])];
    const [onA, onB] = [draw(3, 30), draw(4, b.length)];
    const { gradients } = evaluate(a, b);
    const at = (step: number, left: boolean): number =>
      evaluate(
        a.map((value, i) => value + (left ? step * onA[i]! : 0)),
        b.map((value, i) => value + (left ? 0 : step * onB[i]!)),
      ).value;
    for (const left of [true, false]) {
      const direction = left ? onA : onB;
      const analytic = gradients[left ? 0 : 1]!.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const numeric = (at(1e-3, left) - at(-1e-3, left)) / 2e-3;
      expect(Math.abs(numeric - analytic)).toBeLessThan(2e-3 + 5e-3 * Math.abs(analytic));
    }
  });

  test('leaves no tensor behind', async () => {
    const x = tf.tensor2d(draw(1, 30), [6, 5]);
    const y = tf.tensor2d(draw(2, right[0] * right[1]), right);
    await expect(expectNoLeak(() => loss(x, y).loss)).resolves.toBeUndefined();
    tf.dispose([x, y]);
  });
});

test('an episode in which a class has no support row is refused', () => {
  const rows = tf.zeros<tf.Rank.R2>([2, 3]);
  expect(() => prototypicalLoss(rows, Int32Array.of(0, 2), rows, Int32Array.of(0, 1))).toThrow('class 1');
  rows.dispose();
});

test('a pair of equal rows pulls nowhere, whether they match or not', () => {
  tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 3, 1, 2, 3], [2, 3]);
    const grad = tf.grad((b) => contrastivePairsLoss(a, b as tf.Tensor2D, [1, 0]).loss)(tf.clone(a));
    expect([...grad.dataSync()].every((slope) => slope === 0)).toBe(true);
  });
});
