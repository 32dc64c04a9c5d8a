import type { tf as TensorFlow } from '@twoshot/engine';
import { choice, integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({
    default: 128,
    minimum: 2,
    doc: 'output width of the projector; its hidden layer is 4 times as wide',
  }),
  temperature: number({ default: 0.2, minimum: 0.001, doc: 'temperature of the cosines' }),
  loss: choice(['nt-xent', 'decoupled'], {
    default: 'nt-xent',
    doc: 'decoupled omits the positive pair from the denominator (DCL), which suits small batches',
  }),
};

/** SimCLR (Chen et al. 2020): a view must match the other view of its image among all views of the batch. */
const simclrMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/simclr',
  summary: 'Trains a backbone with SimCLR: matches the two views of an image among all views of the batch',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  // Without the positive in the denominator the loss has no bound that holds for every temperature.
  lossFloor: Number.NEGATIVE_INFINITY,
  views: () => 2,
  async method({ params: { projector: width, temperature, loss: kind }, backbone: { module: backbone }, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { decoupledContrastiveLoss, ntXentLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.dim, 4 * width, width]);
    const contrast = kind === 'nt-xent' ? ntXentLoss : decoupledContrastiveLoss;
    return {
      heads: { projector },
      loss([x]) {
        // Both views in one pass, so that the statistics of batch norm do not tell them apart.
        const features = backbone.forward(x!, training);
        const [z1, z2] = tf.split<TensorFlow.Tensor2D>(projector.module.forward(features, training), 2);
        return { loss: contrast(z1!, z2!, { temperature }).loss, features };
      },
    };
  },
};

export default pretrainStage(simclrMethod);
