import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  views: integer({ default: 4, minimum: 2, doc: 'views per image, all in one batch with joint batch norm' }),
  projector: integer({ default: 512, minimum: 2, doc: 'width of both layers of the projector' }),
  similarity: number({ default: 25, minimum: 0, doc: 'weight of the distance of the views from their mean' }),
  variance: number({
    default: 25,
    minimum: 0,
    doc: 'weight of the hinge on the standard deviation of every dimension',
  }),
  covariance: number({ default: 1, minimum: 0, doc: 'weight of the squared covariances' }),
};

/** VICReg (Bardes et al. 2022) on several views of every image. */
export const vicregMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/vicreg',
  summary: 'Trains a backbone with VICReg on several small views per image; the strongest method within minutes',
  params,
  defaults: { steps: 1500, batch: 128, learningRate: 0.002, warmup: 0.1, optimiser: 'muon', weightDecay: 0.05 },
  learningRateFor: null,
  lossFloor: 0,
  views: ({ views }) => views,
  async method({ params: { views, projector: width, similarity, variance, covariance }, backbone, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { vicregLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const { module } = backbone;
    const projector = heads.projector([module.dim, width, width]);
    // `similarity` weights twice the mean square of the views' distance from their mean, (views - 1) / views of what the
    // loss calls invariance; `covariance` weights the mean over the views, which the loss counts twice.
    const weights = { simWeight: (similarity * (views - 1)) / views, varWeight: variance, covWeight: covariance / 2 };
    return {
      heads: { projector },
      beta2: 0.95,
      loss([x]) {
        const features = module.forward(x!, training);
        const z = projector.module.forward(features, training);
        const [rows, dim] = z.shape;
        const { loss, ...terms } = vicregLoss(z.as3D(views, rows / views, dim), weights);
        const parts = {
          invariance: tf.scalar(terms.invariance),
          variance: tf.scalar(terms.variance),
          covariance: tf.scalar(terms.covariance),
        };
        return { loss, features, parts };
      },
    };
  },
};

export default pretrainStage(vicregMethod);
