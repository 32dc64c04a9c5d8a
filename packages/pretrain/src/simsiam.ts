import type { tf as TensorFlow } from '@twoshot/engine';
import { integer } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({ default: 512, minimum: 2, doc: 'width of both layers of the projector; 2048 in the paper' }),
  predictor: integer({ default: 128, minimum: 1, doc: 'hidden width of the predictor, a quarter of the projector' }),
};

/** SimSiam (Chen and He 2021): two views predict each other. */
export const simsiamMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/simsiam',
  summary: 'Trains a backbone with SimSiam: two views predict each other; needs hundreds of epochs',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.03, warmup: 0.05, optimiser: 'sgd', weightDecay: 0.0005 },
  // The paper's learning rate.
  learningRateFor: 256,
  lossFloor: -1,
  views: () => 2,
  async method({ params: { projector: width, predictor: hidden }, backbone: { module: backbone }, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { simsiamLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.dim, width, width], { lastNorm: 'affine-free' });
    const predictor = heads.predictor([width, hidden, width]);
    return {
      heads: { projector, predictor },
      loss([x]) {
        // One pass per view, so that batch norm uses the statistics of one view at a time.
        const [one, other] = tf.split<TensorFlow.Tensor4D>(x!, 2).map((view) => {
          const z = projector.module.forward(backbone.forward(view, training), training);
          return { z, p: predictor.module.forward(z, training) };
        });
        const features = tf.concat2d([one!.z, other!.z], 0);
        return { loss: simsiamLoss(one!.p, other!.p, one!.z, other!.z).loss, features };
      },
    };
  },
};

export default pretrainStage(simsiamMethod);
