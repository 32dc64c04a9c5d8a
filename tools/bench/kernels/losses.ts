import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { type Matrix, matrixOf, selectRows } from '@twoshot/geometry';
import * as nn from '@twoshot/nn';
import { given, type Kernel, line, relativeDifference } from './kernel.js';

const batch = 256;
const dim = 128;
const classes = 32;

type Loss = (embeddings: tf.Tensor2D, labels: Int32Array, weights: tf.Tensor2D) => { readonly loss: tf.Scalar };

/** Which numbers a loss needs: eight rows a class, two rows a class, or class vectors besides. */
type Rows = 'classes' | 'pairs' | 'columns' | 'proxies';

const halves = (embeddings: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] =>
  tf.split(embeddings, 2) as [tf.Tensor2D, tf.Tensor2D];

const kernel = (id: string, rows: Rows, compute: Loss): Kernel => ({
  id: `loss-${id}`,
  title: id,
  reference: 'pytorch-metric-learning',
  rival: 'loss',
  settings: { name: id },
  maximum: 2,
  rounds: 7,
  // As many as make both sides as fast as they are in a training of thousands of steps.
  calls: id === 'lifted-structure' ? 1 : 40,
  group: 'losses',
  async prepare() {
    const random = createRandom(1);
    const labels = Int32Array.from({ length: batch }, (_, i) => (rows === 'pairs' ? i % (batch / 2) : i % classes));
    const normal = (): number => random.normal();
    const centres = normals(batch, dim, normal);
    const points = normals(batch, dim, normal);
    const near = selectRows(centres, labels);
    for (let i = 0; i < points.data.length; i++) points.data[i]! += 0.7 * near.data[i]!;
    const vectors = rows === 'columns' ? normals(dim, classes, normal) : normals(classes, dim, normal);
    const embeddings = tf.tensor2d(points.data, [batch, dim]);
    const weights = tf.tensor2d(vectors.data, [vectors.rows, vectors.columns]);
    const inputs = rows === 'classes' || rows === 'pairs' ? [embeddings] : [embeddings, weights];
    const forward = (): tf.Scalar => compute(embeddings, labels, weights).loss;
    let found = [0, 0];
    return {
      inputs: { embeddings: given(points), labels: line(labels), weights: given(vectors) },
      run() {
        tf.tidy(() => {
          const { value, grads } = tf.engine().gradients(forward, inputs);
          const gradient = grads[0]!.dataSync<'float32'>();
          let squared = 0;
          for (const slope of gradient) squared += slope * slope;
          found = [value.dataSync()[0]!, Math.sqrt(squared)];
          grads[1]?.dataSync();
        });
      },
      answer: () => found,
    };
  },
  compare: relativeDifference,
});

function normals(rows: number, columns: number, normal: () => number): Matrix {
  return matrixOf(rows, columns, Float32Array.from({ length: rows * columns }, normal));
}

const euclidean = { distance: 'euclidean', normalize: true } as const;

/** The losses of which pytorch-metric-learning has the same one. */
export const lossKernels: readonly Kernel[] = [
  kernel('contrastive', 'classes', (x, y) => nn.contrastiveLoss(x, y, { ...euclidean, posMargin: 0, negMargin: 1 })),
  kernel('triplet', 'classes', (x, y) => nn.tripletLoss(x, y, { ...euclidean, margin: 0.2 })),
  kernel('triplet-semi-hard', 'classes', (x, y) =>
    nn.tripletSemiHardLoss(x, y, { ...euclidean, margin: 0.2, mining: 'all-semi-hard', reduction: 'avg-nonzero' }),
  ),
  kernel('triplet-batch-hard', 'classes', (x, y) =>
    nn.tripletBatchHardLoss(x, y, { ...euclidean, margin: 0.2, reduction: 'mean' }),
  ),
  kernel('n-pair-mc', 'pairs', (x) => nn.nPairLoss(...halves(x))),
  kernel('lifted-structure', 'classes', (x, y) => nn.liftedStructureLoss(x, y, { ...euclidean, margin: 1 })),
  kernel('lifted-structure-generalised', 'classes', (x, y) =>
    nn.generalisedLiftedStructureLoss(x, y, { ...euclidean, posMargin: 0, negMargin: 1 }),
  ),
  kernel('ranked-list', 'classes', (x, y) =>
    nn.rankedListLoss(x, y, { alpha: 1.2, margin: 0.4, tempNeg: 10, tempPos: 0, lambda: 0.5, detachWeights: false }),
  ),
  kernel('multi-similarity', 'classes', (x, y) => nn.multiSimilarityLoss(x, y)),
  kernel('multi-similarity-mined', 'classes', (x, y) => nn.multiSimilarityLoss(x, y, { minerEpsilon: 0.1 })),
  kernel('arcface', 'columns', (x, y, weights) => nn.arcFaceLoss(x, weights, y)),
  kernel('cosface', 'columns', (x, y, weights) => nn.cosFaceLoss(x, weights, y)),
  kernel('sup-con', 'classes', (x, y) => nn.supConLoss(x, y)),
  kernel('proxy-anchor', 'proxies', (x, y, weights) => nn.proxyAnchorLoss(x, weights, y)),
  kernel('circle', 'classes', (x, y) => nn.circleLoss(x, y)),
  kernel('nt-xent', 'pairs', (x) => nn.ntXentLoss(...halves(x), { temperature: 0.5 })),
  kernel('vicreg', 'pairs', (x) => nn.vicregLoss(x.reshape([2, batch / 2, dim]))),
];
