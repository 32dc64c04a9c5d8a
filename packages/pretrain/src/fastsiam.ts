import type { tf as TensorFlow } from '@twoshot/engine';
import { integer } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  views: integer({
    default: 4,
    minimum: 2,
    doc: 'views per image, each of which predicts the mean of the others',
  }),
  projector: integer({
    default: 512,
    minimum: 2,
    doc: 'width of both layers of the projector; 2048 in the paper',
  }),
  predictor: integer({ default: 128, minimum: 1, doc: 'hidden width of the predictor; 512 in the paper' }),
};

/** FastSiam (Pototzky et al. 2022): SimSiam whose target is the mean of several views, which is less noisy. */
const fastSiamMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/fastsiam',
  summary: 'Trains a backbone with FastSiam: each view predicts the mean of the others; SimSiam in fewer epochs',
  params,
  defaults: { steps: 1500, batch: 128, learningRate: 0.06, warmup: 0.05, optimiser: 'sgd', weightDecay: 0.0005 },
  learningRateFor: 256,
  lossFloor: -1,
  views: ({ views }) => views,
  async method({ params: { views, projector: width, predictor: hidden }, backbone: { module: backbone }, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { fastSiamLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.dim, width, width], { lastNorm: 'affine-free' });
    const predictor = heads.predictor([width, hidden, width]);
    return {
      heads: { projector, predictor },
      loss([x]) {
        // One pass per view, so that batch norm uses the statistics of one view at a time.
        const passes = tf.split<TensorFlow.Tensor4D>(x!, views).map((view) => {
          const z = projector.module.forward(backbone.forward(view, training), training);
          return { z, p: predictor.module.forward(z, training) };
        });
        const z = tf.stack(passes.map((pass) => pass.z)) as TensorFlow.Tensor3D;
        const p = tf.stack(passes.map((pass) => pass.p)) as TensorFlow.Tensor3D;
        return { loss: fastSiamLoss(p, z).loss, features: tf.reshape<TensorFlow.Rank.R2>(z, [-1, width]) };
      },
    };
  },
};

export default pretrainStage(fastSiamMethod);
