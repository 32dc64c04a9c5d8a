import { defineStage, integer, number } from '@twoshot/stage';
import { pretrainBackbone, pretrainPorts } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

export default defineStage({
  name: 'pretrain/simsiam',
  summary: 'Backbone by SimSiam, whose two views predict each other; comes into its own after hundreds of epochs',
  params: {
    ...pretrainParams({ steps: 1500, batch: 256, rate: 0.03, warmup: 0.05, weightDecay: 0.0005 }),
    projector: integer({ default: 512, minimum: 2, doc: 'width of both layers of the projector; 2048 in the paper' }),
    predictor: integer({ default: 128, minimum: 1, doc: 'hidden width of the predictor, a quarter of the projector' }),
    momentum: number({ default: 0.9, minimum: 0, maximum: 1, doc: 'momentum of the gradient descent' }),
  },
  ...pretrainPorts,
  engine: true,
  resources: { cpus: 2, memory: 2048 },
  async run(context) {
    const { params, seed } = context;
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { mlp, sgd, simsiamLoss } = await import('@twoshot/nn');
    const { momentum, weightDecay, projector: width, predictor: hidden } = params;
    const training = { training: true };
    await pretrainBackbone(context, {
      stage: 'pretrain/simsiam',
      views: 2,
      // The paper's rate is for 256 images a step.
      rate: (params.rate * params.batch) / 256,
      heads: (dim) => ({ projector: [dim, width, width], predictor: [width, hidden, width] }),
      createHead: (name, widths) =>
        mlp({ widths, lastNorm: name === 'projector' ? 'affine-free' : 'none' }, createRandom(seed(name))),
      createOptimiser: (parameters) => sgd(parameters, { momentum, weightDecay }),
      loss(x, backbone, { projector, predictor }) {
        // One pass a view, so that batch norm has the statistics of one view at a time.
        const [one, other] = tf.split(x, 2).map((view) => {
          const z = projector.forward(backbone.forward(view as typeof x, training), training);
          return { z, p: predictor.forward(z, training) };
        });
        return { loss: simsiamLoss(one!.p, other!.p, one!.z, other!.z).loss, features: one!.z };
      },
    });
  },
});
