import type { Random } from '@twoshot/engine/random';
import { choice, defineStage, integer, number } from '@twoshot/stage';
import { metatrainBackbone, metatrainPorts } from './metatrain-backbone.js';
import { metatrainParams } from './metatrain-params.js';
import type { PseudoClasses } from './pseudo-classes.js';

export default defineStage({
  name: 'metatrain/siamese',
  summary: 'Backbone by pairs of images that are of one pseudo-class or of two',
  params: {
    ...metatrainParams({ steps: 600 }),
    pairs: integer({ default: 96, minimum: 2, doc: 'pairs a step, every other one of a single class' }),
    loss: choice(['contrastive', 'head'], {
      default: 'contrastive',
      doc: 'contrastive: distances of unit features; head: a learnt comparison under binary cross-entropy',
    }),
    margin: number({ default: 1, minimum: 0, maximum: 2, doc: 'contrastive: distance that pairs of two classes keep' }),
  },
  ...metatrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { params, seed } = context;
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { contrastivePairsLoss, l2Normalize } = await import('@twoshot/nn');
    const { drawPairs } = await import('./pairs.js');
    const { binaryCrossEntropy, siameseHead } = await import('./siamese-head.js');
    const { pairs, loss: kind } = params;
    const common = {
      stage: 'metatrain/siamese',
      least: 2,
      draw: (partitions: readonly PseudoClasses[], random: Random) => drawPairs(partitions, pairs, random),
    };
    if (kind === 'contrastive') {
      const { margin } = params;
      await metatrainBackbone(context, {
        ...common,
        heads: () => ({}),
        loss(features, { same }) {
          const [a, b] = tf.split<typeof features>(features, 2);
          return { loss: contrastivePairsLoss(a!, b!, same, { margin, normalize: true }).loss };
        },
        recipe: { loss: kind, pairs, margin },
      });
      return;
    }
    await metatrainBackbone(context, {
      ...common,
      heads: (dim) => ({ head: siameseHead({ dim }, createRandom(seed('head'))) }),
      loss(features, { same }, { head }) {
        // Unit mean square per feature, whatever the backbone's scale.
        const scaled = tf.mul(l2Normalize(features), Math.sqrt(features.shape[1]));
        const [a, b] = tf.split<typeof features>(scaled, 2);
        const logits = head.forward(a!, b!);
        const { loss, accuracy } = binaryCrossEntropy(logits, same);
        return { loss, parts: { accuracy } };
      },
      recipe: { loss: kind, pairs },
    });
  },
});
