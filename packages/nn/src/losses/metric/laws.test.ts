import { tf, startEngine } from '@twoshot/engine';
import { createRandom, type Random } from '@twoshot/engine/random';
import { expectNoLeak } from '@twoshot/engine/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  circleLoss,
  contrastiveLoss,
  generalisedLiftedStructureLoss,
  liftedStructureLoss,
  multiSimilarityLoss,
  rankedListLoss,
  supConLoss,
  tripletBatchHardLoss,
  tripletLoss,
  tripletSemiHardLoss,
} from './index.js';

type Loss = (embeddings: tf.Tensor2D, labels: Int32Array) => { readonly loss: tf.Scalar };

const losses: Readonly<Record<string, Loss>> = {
  contrastive: (x, y) => contrastiveLoss(x, y, { negMargin: 1.3 }),
  'contrastive, squared hinge, raw': (x, y) =>
    contrastiveLoss(x, y, { negMargin: 2, hingePower: 2, reduction: 'mean', normalize: false }),
  triplet: (x, y) => tripletLoss(x, y, { margin: 0.3, distance: 'squared-euclidean', reduction: 'mean' }),
  'triplet, soft': (x, y) => tripletLoss(x, y, { soft: true }),
  'triplet, swap': (x, y) => tripletLoss(x, y, { margin: 0.3, swap: true, reduction: 'mean' }),
  'triplet, semi-hard': (x, y) => tripletSemiHardLoss(x, y, { margin: 0.4 }),
  'triplet, batch-hard': (x, y) => tripletBatchHardLoss(x, y, { margin: 0.5 }),
  'triplet, batch-hard, soft, raw': (x, y) => tripletBatchHardLoss(x, y, { soft: true, normalize: false }),
  'lifted structure': (x, y) => liftedStructureLoss(x, y),
  'lifted structure, generalised': (x, y) => generalisedLiftedStructureLoss(x, y, { negMargin: 1.2 }),
  'ranked list': (x, y) => rankedListLoss(x, y, { detachWeights: false, tempNeg: 4, tempPos: 0.5 }),
  'multi-similarity': (x, y) => multiSimilarityLoss(x, y, { beta: 20 }),
  'multi-similarity, mined': (x, y) => multiSimilarityLoss(x, y, { beta: 20, minerEpsilon: 0.3 }),
  'supervised contrastive': (x, y) => supConLoss(x, y, { temperature: 0.3 }),
  circle: (x, y) => circleLoss(x, y, { gamma: 20 }),
};
/** Circle's relu factors are constant for its gradient, which is not the derivative of its value. */
const derivatives = Object.entries(losses).filter(([name]) => name !== 'circle');

beforeAll(() => startEngine('cpu'));

interface Batch {
  readonly values: Float32Array;
  readonly labels: Int32Array;
  readonly shape: [number, number];
}

function drawBatch(random: Random): Batch {
  const shape: [number, number] = [4 + random.integer(12), 2 + random.integer(9)];
  const classes = 2 + random.integer(3);
  return {
    shape,
    values: Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
    labels: Int32Array.from({ length: shape[0] }, () => random.integer(classes)),
  };
}

function valueAndGradient(loss: Loss, { values, labels, shape }: Batch): { value: number; gradient: Float32Array } {
  const x = tf.tensor2d(values, shape);
  const { value, grad } = tf.valueAndGrad((rows: tf.Tensor) => loss(rows as tf.Tensor2D, labels).loss)(x);
  const result = { value: value.dataSync()[0]!, gradient: grad.dataSync<'float32'>().slice() };
  tf.dispose([x, value, grad]);
  return result;
}

test.each(derivatives)('%s: the gradient is that of finite differences on random shapes', (_, loss) => {
  const random = createRandom(11);
  let compared = 0;
  for (let round = 0; round < 12; round++) {
    const batch = drawBatch(random);
    const direction = Float32Array.from(batch.values, () => random.normal() / Math.sqrt(batch.values.length));
    const { gradient } = valueAndGradient(loss, batch);
    const at = (step: number): number =>
      valueAndGradient(loss, { ...batch, values: batch.values.map((value, i) => value + step * direction[i]!) }).value;
    // A kink between the ends shows as a difference of the one-sided slopes; such a draw says nothing.
    const [below, here, above] = [at(-2e-3), at(0), at(2e-3)];
    if (Math.abs(above - 2 * here + below) > 1e-5) continue;
    const analytic = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expect(Math.abs((above - below) / 4e-3 - analytic)).toBeLessThan(3e-3 + 1e-2 * Math.abs(analytic));
    compared++;
  }
  expect(compared).toBeGreaterThan(3);
});

describe.each(Object.entries(losses))('%s', (_name, loss) => {
  test('the order of the batch does not matter', () => {
    const batch = drawBatch(createRandom(5));
    const [rows, dim] = batch.shape;
    const order = Uint32Array.from({ length: rows }, (_, i) => i);
    createRandom(6).shuffle(order);
    const shuffled = {
      shape: batch.shape,
      labels: Int32Array.from(order, (row) => batch.labels[row]!),
      values: Float32Array.from(
        { length: rows * dim },
        (_, i) => batch.values[order[Math.floor(i / dim)]! * dim + (i % dim)]!,
      ),
    };
    const first = valueAndGradient(loss, batch);
    const second = valueAndGradient(loss, shuffled);
    expect(second.value).toBeCloseTo(first.value, 5);
    for (let i = 0; i < rows * dim; i++)
      expect(second.gradient[i]).toBeCloseTo(first.gradient[order[Math.floor(i / dim)]! * dim + (i % dim)]!, 4);
  });

  test.each([
    ['one row', new Int32Array(1)],
    ['no row', new Int32Array(0)],
  ])('a batch of %s costs 0 and pulls nowhere', (_, labels) => {
    const batch: Batch = { labels, shape: [labels.length, 3], values: new Float32Array(labels.length * 3).fill(0.5) };
    const { value, gradient } = valueAndGradient(loss, batch);
    expect(value).toBe(0);
    expect([...gradient].every((slope) => slope === 0)).toBe(true);
  });

  test('equal rows, rows of zeros and large numbers give finite values and gradients', () => {
    const labels = Int32Array.from([0, 0, 1, 1, 2]);
    for (const values of [
      new Float32Array(20).fill(0.3),
      new Float32Array(20),
      new Float32Array(20).map((_, i) => 1e4 * Math.sin(i)),
    ]) {
      const { value, gradient } = valueAndGradient(loss, { values, labels, shape: [5, 4] });
      expect(Number.isFinite(value)).toBe(true);
      expect([...gradient].every(Number.isFinite)).toBe(true);
    }
  });

  test('leaves no tensor behind', async () => {
    const { values, labels, shape } = drawBatch(createRandom(8));
    const x = tf.tensor2d(values, shape);
    await expect(expectNoLeak(() => loss(x, labels).loss)).resolves.toBeUndefined();
    await expect(
      expectNoLeak(() => tf.grad((rows) => loss(rows as tf.Tensor2D, labels).loss)(x)),
    ).resolves.toBeUndefined();
    x.dispose();
  });
});
