import type { Random } from '@twoshot/engine/random';
import { choice, defineStage, integer, number } from '@twoshot/stage';
import { metatrainBackbone } from './metatrain-backbone.js';
import { metatrainPorts } from './metatrain-ports.js';
import { metatrainParams } from './metatrain-params.js';
import type { PseudoClasses } from './pseudo-classes.js';

export default defineStage({
  name: 'metatrain/siamese',
  summary: 'Trains a backbone on pairs of images of the same or of different pseudo-classes (Siamese network)',
  params: {
    ...metatrainParams({ steps: 600 }),
    pairs: integer({ default: 96, minimum: 2, doc: 'pairs per step, half of them of the same class' }),
    loss: choice(['contrastive', 'head'], {
      default: 'contrastive',
      doc: 'contrastive: distances of unit features; head: a learned comparison with binary cross-entropy',
    }),
    margin: number({
      default: 1,
      minimum: 0,
      maximum: 2,
      doc: 'contrastive: minimum distance between pairs of different classes',
    }),
  },
  ...metatrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { params, seed } = context;
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, siamesePart } = await import('@twoshot/model');
    const { binaryCrossEntropy, contrastivePairsLoss } = await import('@twoshot/nn');
    const { drawPairs } = await import('./pairs.js');
    const { pairs, loss: kind } = params;
    const training = { training: true };
    const common = {
      stage: 'metatrain/siamese',
      minimum: 2,
      draw: (partitions: readonly PseudoClasses[], random: Random) => drawPairs(partitions, pairs, random),
    };
    if (kind === 'contrastive') {
      const { margin } = params;
      await metatrainBackbone(context, {
        ...common,
        method: ({ module: backbone }) => ({
          heads: {},
          loss([x], { task: { same } }) {
            const features = backbone.forward(x!, training);
            const [a, b] = tf.split<typeof features>(features, 2);
            return { loss: contrastivePairsLoss(a!, b!, same, { margin, normalize: true }).loss, features };
          },
        }),
        recipe: { loss: kind, pairs, margin },
      });
      return;
    }
    await metatrainBackbone(context, {
      ...common,
      method({ module: backbone }) {
        const architecture = { dim: backbone.dim, hidden: 32 };
        const head = createPart(siamesePart, { architecture }, createRandom(seed('head')));
        return {
          heads: { head },
          loss([x], { task: { same } }) {
            const features = backbone.forward(x!, training);
            const [a, b] = tf.split<typeof features>(features, 2);
            const { loss, accuracy } = binaryCrossEntropy(head.module.pairLogits(a!, b!), same);
            return { loss, features, parts: { accuracy } };
          },
        };
      },
      recipe: { loss: kind, pairs },
    });
  },
});
