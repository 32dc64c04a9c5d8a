import { startEngine, tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { expectNoLeak } from '@twoshot/engine/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  barlowTwinsLoss,
  byolLoss,
  decoupledContrastiveLoss,
  deepClusterLoss,
  dinoLoss,
  doubleSoftmaxLoss,
  empSslLoss,
  fastSiamLoss,
  fixMatchLoss,
  freeMatchFairness,
  labelSmoothingLoss,
  mixupLoss,
  mocoLoss,
  nnclrLoss,
  ntXentLoss,
  scanLoss,
  selfLabelLoss,
  sinkhornCodes,
  swavLoss,
  ticoLoss,
  vicregLoss,
} from './index.js';

type Loss = (x: tf.Tensor2D) => { readonly loss: tf.Scalar };

const [batch, dim] = [6, 5];
const labels = Int32Array.from([0, 4, 2, 2, 1, 3]);

function draw(seed: number, shape: number[], scale = 1): tf.Tensor {
  const random = createRandom(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    shape,
  );
}
const other = (seed = 2): tf.Tensor2D => draw(seed, [batch, dim]) as tf.Tensor2D;
const cube = (x: tf.Tensor2D): tf.Tensor3D => tf.stack([x, other(3), other(4)]) as tf.Tensor3D;
const queue = (): tf.Tensor2D => draw(7, [9, dim], 0.5) as tf.Tensor2D;

/** Each as a function of one view; everything else is drawn inside. */
const losses: Readonly<Record<string, Loss>> = {
  byol: (x) => byolLoss(x, other(), other(3), other(4)),
  fastsiam: (x) => fastSiamLoss(cube(x), cube(other()), { normalizeTargets: true }),
  'nt-xent': (x) => ntXentLoss(x, other()),
  'decoupled contrastive': (x) => decoupledContrastiveLoss(x, other(), { temperature: 0.5 }),
  'emp-ssl, wide': (x) => empSslLoss(tf.stack([x, other(3)]).slice([0, 0, 0], [2, 3, dim]) as tf.Tensor3D),
  'emp-ssl, narrow': (x) => empSslLoss(cube(x), { normalize: false, invarianceWeight: 0.1 }),
  moco: (x) => mocoLoss(x, other(), queue()),
  nnclr: (x) => nnclrLoss(x, other(), other(3), other(4), queue(), { temperature: 0.3 }),
  'barlow twins': (x) => barlowTwinsLoss(x, other(), { lambda: 0.1 }),
  'vicreg, wide': (x) => vicregLoss(tf.stack([x, other()]) as tf.Tensor3D, { covWeight: 3 }),
  'vicreg, three views, narrow': (x) => vicregLoss(tf.slice(cube(x), [0, 0, 0], [3, batch, 3]), { gamma: 2 }),
  dino: (x) => dinoLoss(cube(x), tf.stack([other(5), other(6)]) as tf.Tensor3D, tf.zeros([dim]), { studentTemp: 0.5 }),
  swav: (x) => swavLoss(x, other(), { temperature: 0.5 }),
  tico: (x) => ticoLoss(x, other(), tf.eye(dim)),
  deepcluster: (x) =>
    deepClusterLoss(x, draw(8, [2, 4, dim]) as tf.Tensor3D, Int32Array.of(0, 1, 2, 3, -100, 0, 1, 1, -100, 2, 3, 3), {
      temperature: 0.5,
    }),
  scan: (x) => scanLoss(x, other()),
  'self-label': (x) => selfLabelLoss(other(), x, { threshold: 0.4 }),
  'label smoothing': (x) => labelSmoothingLoss(x, labels, { weights: [1, 0, 2, 1, 1, 0.5] }),
  'double softmax': (x) => doubleSoftmaxLoss(x, labels),
  fixmatch: (x) => fixMatchLoss(other(), x, { threshold: 0.4 }),
  fairness: (x) =>
    freeMatchFairness(x, [1, 1, 0, 1, 1, 1], {
      probModel: Float64Array.of(0.1, 0.3, 0.2, 0.2, 0.2),
      labelHist: Float64Array.of(0.2, 0.2, 0.2, 0.2, 0.2),
    }),
  mixup: (x) => mixupLoss(x, labels, Int32Array.from(labels).reverse(), { lambda: 0.3 }),
};
/** Codes and second moments are constant for their gradients, but finite differences see them move. */
const derivatives = Object.entries(losses).filter(([name]) => !['swav', 'tico'].includes(name));

beforeAll(() => startEngine('cpu'));

function evaluate(loss: Loss, values: Float32Array): { value: number; gradient: Float32Array } {
  const result = { value: 0, gradient: new Float32Array(0) };
  tf.tidy(() => {
    const x = tf.tensor2d(values, [batch, dim]);
    const { value, grad } = tf.valueAndGrad((rows: tf.Tensor) => loss(rows as tf.Tensor2D).loss)(x);
    result.value = value.dataSync()[0]!;
    result.gradient = grad.dataSync<'float32'>().slice();
  });
  return result;
}

test.each(derivatives)('%s: the gradient is that of finite differences', (_, loss) => {
  const random = createRandom(21);
  const values = Float32Array.from({ length: batch * dim }, () => random.normal());
  const direction = Float32Array.from({ length: batch * dim }, () => random.normal() / 5);
  const { gradient } = evaluate(loss, values);
  const at = (step: number): number =>
    evaluate(
      loss,
      values.map((value, i) => value + step * direction[i]!),
    ).value;
  const analytic = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
  const numeric = (at(2e-3) - at(-2e-3)) / 4e-3;
  expect(Math.abs(analytic)).toBeGreaterThan(1e-4);
  expect(Math.abs(numeric - analytic)).toBeLessThan(1e-3 + 1e-2 * Math.abs(analytic));
});

describe.each(Object.entries(losses))('%s', (_name, loss) => {
  test('rows of zeros and large numbers give finite values and gradients', () => {
    for (const values of [
      new Float32Array(batch * dim),
      new Float32Array(batch * dim).map((_, i) => 1e3 * Math.sin(i)),
    ]) {
      const { value, gradient } = evaluate(loss, values);
      expect(Number.isFinite(value)).toBe(true);
      expect([...gradient].every(Number.isFinite)).toBe(true);
    }
  });

  test('leaves no tensor behind', async () => {
    const x = other(9);
    const given = tf.tidy(() => loss(x).loss.dataSync()[0]!);
    expect(Number.isFinite(given)).toBe(true);
    await expect(expectNoLeak(() => tf.tidy(() => loss(x).loss))).resolves.toBeUndefined();
    x.dispose();
  });
});

test('the terms of VICReg over many views are the means of those of every pair', () => {
  tf.tidy(() => {
    const views = [other(2), other(3), other(4)];
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([a, b]) => vicregLoss(tf.stack([views[a!]!, views[b!]!]) as tf.Tensor3D, { gamma: 2 }));
    const all = vicregLoss(tf.stack(views) as tf.Tensor3D, { gamma: 2 });
    for (const term of ['invariance', 'variance', 'covariance'] as const)
      expect(all[term]).toBeCloseTo(pairs.reduce((sum, pair) => sum + pair[term], 0) / 3, 5);
  });
});

test('the covariance term of VICReg is the same from either product', () => {
  tf.tidy(() => {
    const narrow = draw(3, [3, 8, 6]) as tf.Tensor3D;
    // The same embeddings with dimensions of zeros behind them, so that there are more of them than rows.
    const wide = tf.pad(narrow, [
      [0, 0],
      [0, 0],
      [0, 6],
    ]);
    expect(2 * vicregLoss(wide).covariance).toBeCloseTo(vicregLoss(narrow).covariance, 5);
  });
});

test('codes use every prototype equally and rows sum to 1, also where one prototype is far ahead of the others', () => {
  tf.tidy(() => {
    const scores = tf.add<tf.Tensor2D>(draw(1, [12, 4]), tf.tensor1d([30, 0, 0, 0]));
    const codes = sinkhornCodes(scores, { epsilon: 0.5, iterations: 300 });
    for (const sum of tf.sum(codes, 0).dataSync()) expect(sum).toBeCloseTo(3, 3);
    for (const sum of tf.sum(codes, 1).dataSync()) expect(sum).toBeCloseTo(1, 5);
  });
});

test('a self-label batch in which no row is sure costs 0 and pulls nowhere', () => {
  tf.tidy(() => {
    const weak = tf.zeros<tf.Rank.R2>([4, 3]);
    const grad = tf.grad((x) => selfLabelLoss(weak, x as tf.Tensor2D).loss)(tf.ones([4, 3]));
    expect([...grad.dataSync()].every((slope) => slope === 0)).toBe(true);
    expect(selfLabelLoss(weak, weak).loss.dataSync()[0]).toBe(0);
  });
});

test('targets are constants: a loss does not reach what it only looks at', () => {
  tf.tidy(() => {
    const grad = tf.grad((z) => byolLoss(other(), other(3), z as tf.Tensor2D, other(4)).loss);
    expect(() => grad(other(5))).toThrow('Cannot compute gradient');
  });
});

test('two groups of neighbours are told apart by the SCAN loss', () => {
  tf.tidy(() => {
    const apart = tf.tensor2d([9, 0, 9, 0, 0, 9, 0, 9], [4, 2]);
    const merged = tf.tensor2d([9, 0, 9, 0, 9, 0, 9, 0], [4, 2]);
    const [good, bad] = [scanLoss(apart, apart), scanLoss(merged, merged)];
    expect(good.loss.dataSync()[0]!).toBeLessThan(bad.loss.dataSync()[0]! - 3);
    expect(scanLoss(apart, apart).entropy).toBeCloseTo(Math.LN2, 3);
  });
});
