import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({
    default: 512,
    minimum: 2,
    doc: 'width of the projector and its output; wider is better, 8192 in the paper',
  }),
  redundancy: number({ default: 0.005, minimum: 0, doc: 'weight of the correlations between different dimensions' }),
  scale: number({ default: 0.1, minimum: 0, doc: 'factor of the whole loss' }),
};

/** Barlow Twins (Zbontar et al. 2021): each dimension agrees over two views and is uncorrelated with the others. */
const barlowTwinsMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/barlow-twins',
  summary: 'Trains a backbone with Barlow Twins: makes the cross-correlation matrix of two views the identity',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  views: () => 2,
  async method({ params: { projector: width, redundancy, scale }, backbone: { module: backbone }, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { barlowTwinsLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.dim, width, width]);
    return {
      heads: { projector },
      loss([x]) {
        const features = backbone.forward(x!, training);
        const [z1, z2] = tf.split<TensorFlow.Tensor2D>(projector.module.forward(features, training), 2);
        return { loss: barlowTwinsLoss(z1!, z2!, { lambda: redundancy, scale }).loss, features };
      },
    };
  },
};

export default pretrainStage(barlowTwinsMethod);
