import { choice, integer, number } from '@twoshot/stage';
import { metatrainStage } from './metatrain-stage.js';
import { drawPairs } from './pairs.js';

export default metatrainStage({
  name: 'metatrain/siamese',
  summary: 'Trains a backbone on pairs of images of the same or of different pseudo-classes (Siamese network)',
  params: {
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
  steps: 600,
  minimum: () => 2,
  draw: (partitions, { pairs }, random) => drawPairs(partitions, pairs, random),
  async method({ params: { loss: kind, margin }, backbone: { module: backbone }, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, siamesePart } = await import('@twoshot/model');
    const { binaryCrossEntropy, contrastivePairsLoss } = await import('@twoshot/nn');
    const training = { training: true };
    if (kind === 'contrastive')
      return {
        heads: {},
        loss([x], { task: { same } }) {
          const features = backbone.forward(x!, training);
          const [a, b] = tf.split<typeof features>(features, 2);
          return { loss: contrastivePairsLoss(a!, b!, same, { margin, normalize: true }).loss, features };
        },
      };
    const head = createPart(
      siamesePart,
      { architecture: { dim: backbone.dim, hidden: 32 } },
      createRandom(seed('head')),
    );
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
});
