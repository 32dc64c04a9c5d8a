import type { Params } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';

/** RotNet (Gidaris et al. 2018): predicts the rotation of an image. */
export const rotationMethod: PretrainDefinition<Params> = {
  name: 'pretrain/rotation',
  summary: 'Trains a backbone to predict image rotations (RotNet); cannot collapse, but weak for nearest neighbours',
  params: {},
  defaults: {
    steps: 1000,
    batch: 128,
    learningRate: 0.1,
    warmup: 0.05,
    optimiser: 'sgd',
    nesterov: true,
    weightDecay: 0.0005,
  },
  learningRateFor: null,
  lossFloor: 0,
  views: () => 1,
  async method({ backbone, seed }) {
    const { createRandom } = await import('@twoshot/engine/random');
    const { createPart, mlpPart } = await import('@twoshot/model');
    const { quarterTurns, rotationLoss } = await import('@twoshot/nn');
    const training = { training: true };
    const { module } = backbone;
    const head = createPart(mlpPart, { architecture: { widths: [module.dim, 4] } }, createRandom(seed('rotation')));
    return {
      heads: { rotation: head },
      loss([x]) {
        const { turned, turns } = quarterTurns(x!);
        const features = module.forward(turned, training);
        const { loss, accuracy } = rotationLoss(head.module.forward(features, training), turns);
        return { loss, features, parts: { accuracy } };
      },
    };
  },
};

export default pretrainStage(rotationMethod);
