import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  views: integer({
    default: 8,
    minimum: 2,
    doc: 'views per image; with more views fewer epochs are needed, 20 in the paper',
  }),
  projector: integer({
    default: 128,
    minimum: 2,
    doc: 'output width of the projector; its hidden layer is 4 times as wide',
  }),
  epsilon: number({ default: 0.2, minimum: 1e-6, doc: 'squared precision of the coding rate' }),
  similarity: number({ default: 200, minimum: 0, doc: 'weight of the similarity of views to their mean' }),
};

/** EMP-SSL (Tong et al. 2023): many views of an image coincide while images spread over all directions. */
const empSslMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/emp-ssl',
  summary: 'Trains a backbone with EMP-SSL: many views of an image coincide while images spread; for very few epochs',
  params,
  defaults: { steps: 1000, batch: 64, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  // The coding rate has no bound that holds for every width.
  lossFloor: Number.NEGATIVE_INFINITY,
  memory: 3072,
  views: ({ views }) => views,
  async method({ params: { views, projector: width, epsilon: eps, similarity }, backbone, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { empSslLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const { module } = backbone;
    const projector = heads.projector([module.dim, 4 * width, width]);
    return {
      heads: { projector },
      loss([x]) {
        const features = module.forward(x!, training);
        const z = tf.reshape<TensorFlow.Rank.R3>(projector.module.forward(features, training), [views, -1, width]);
        const { loss, ...parts } = empSslLoss(z, { eps, invarianceWeight: similarity });
        return { loss, features, parts };
      },
    };
  },
};

export default pretrainStage(empSslMethod);
