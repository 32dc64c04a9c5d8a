import type { tf as TensorFlow } from '@twoshot/engine';
import { choice, choices, integer, number, numbers, optional, StageInputError } from '@twoshot/stage';
import { drawClassBatch } from './class-batches.js';
import { metatrainStage } from './metatrain-stage.js';
import { type MetricLossName, metricLossNames, minerNames } from './metric-names.js';

export default metatrainStage({
  name: 'metatrain/metric',
  summary:
    'Trains a backbone by metric learning: images of a class close together, with one loss or a weighted sum of several',
  params: {
    loss: choices(metricLossNames, {
      default: ['multi-similarity'],
      doc: 'losses to add up; those from arcface on learn vectors for every class, the others compare images',
    }),
    weights: numbers({ default: [], minimum: 0, doc: 'weight of each loss, in the same order; empty for 1 each' }),
    miner: choice(minerNames, {
      default: 'none',
      doc: 'which pairs or triplets count: all (none), semi-hard and batch-hard for triplet, multi-similarity for the loss of that name',
    }),
    classes: integer({ default: 10, minimum: 2, doc: 'classes per batch; at most the number of classes' }),
    perClass: integer({ default: 8, minimum: 2, doc: 'images per class in a batch; at most those of the class' }),
    margin: optional(
      number({ doc: 'margin' }),
      'margin of the losses that have one, in the units of each; null for their defaults',
    ),
    scale: optional(
      number({ minimum: 1e-6, doc: 'scale' }),
      'factor of the cosines in the arcface losses, cosface, circle and proxy-anchor; null for their defaults',
    ),
    temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the cosines in supervised-contrastive' }),
    subCentres: integer({ default: 3, minimum: 1, doc: 'centres of a class in sub-centre-arcface' }),
  },
  steps: 600,
  minimum: () => 2,
  draw: drawClassBatch,
  async method({ params, backbone: { module: backbone }, seed, partitions }) {
    const { loss: names, miner, margin, scale, temperature, subCentres } = params;
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, prototypesPart } = await import('@twoshot/model');
    const { metricLosses } = await import('./metric-losses.js');
    const weights = weightsOf(names, params.weights);
    const settings = { miner, margin, scale, temperature, subCentres };
    if (miner !== 'none' && !names.some((name) => metricLosses[name].miners.includes(miner)))
      throw new StageInputError(
        'miner',
        `None of the losses ${names.join(', ')} supports the miner ${miner}. Use semi-hard and batch-hard with triplet, multi-similarity with multi-similarity.`,
      );
    const counts = partitions.map(({ members }) => members.length);
    const before = (partition: number): number => counts.slice(0, partition).reduce((sum, count) => sum + count, 0);
    const losses = names.map((name, at) => {
      const each = metricLosses[name].vectors(settings);
      const architecture = { dim: backbone.dim, count: each * before(counts.length) };
      const part = each === 0 ? null : createPart(prototypesPart, { architecture }, createRandom(seed(name)));
      return { name, each, part, weight: weights[at]! };
    });
    return {
      heads: Object.fromEntries(losses.flatMap(({ name, part }) => (part === null ? [] : [[name, part]]))),
      loss([x], { task: { labels, partition } }) {
        const features = backbone.forward(x!, { training: true });
        const terms = losses.map(({ name, each, part, weight }) => {
          // Classes compete only with those of the same partition.
          const vectors =
            part === null
              ? null
              : tf.slice2d(part.module.weight, [each * before(partition), 0], [each * counts[partition]!, -1]);
          return { name, weight, value: metricLosses[name].compute(features, labels, settings, vectors) };
        });
        const loss = tf.addN<TensorFlow.Scalar>(terms.map(({ value, weight }) => tf.mul(value, weight)));
        const parts = Object.fromEntries(terms.map(({ name, value }) => [name, value]));
        return { loss, features, ...(terms.length > 1 ? { parts } : {}) };
      },
    };
  },
});

function weightsOf(names: readonly MetricLossName[], weights: readonly number[]): readonly number[] {
  if (weights.length === 0) return names.map(() => 1);
  if (weights.length === names.length) return weights;
  throw new StageInputError(
    'weights',
    `Expected one weight for each of ${names.length} losses (${names.join(', ')}), found ${weights.length}: [${weights.join(', ')}].`,
  );
}
