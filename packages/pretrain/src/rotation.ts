import { defineStage } from '@twoshot/stage';
import { pretrainBackbone, pretrainPorts } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

export default defineStage({
  name: 'pretrain/rotation',
  summary: 'Backbone by telling how far every image was turned (RotNet); cannot collapse, weak for neighbours',
  params: pretrainParams({ steps: 1000, batch: 128, rate: 0.1, warmup: 0.05, weightDecay: 0.0005 }),
  ...pretrainPorts,
  engine: true,
  resources: { cpus: 2, memory: 2048 },
  async run(context) {
    const { params, seed } = context;
    const { createRandom } = await import('@twoshot/engine/random');
    const { mlp, quarterTurns, rotationLoss, sgd } = await import('@twoshot/nn');
    const training = { training: true };
    await pretrainBackbone(context, {
      stage: 'pretrain/rotation',
      views: 1,
      heads: (dim) => ({ rotation: [dim, 4] }),
      createHead: (name, widths) => mlp({ widths }, createRandom(seed(name))),
      createOptimiser: (parameters) =>
        sgd(parameters, { momentum: 0.9, nesterov: true, weightDecay: params.weightDecay }),
      loss(x, backbone, { rotation }) {
        const { turned, turns } = quarterTurns(x);
        const features = backbone.forward(turned, training);
        const { loss, accuracy } = rotationLoss(rotation.forward(features, training), turns);
        return { loss, features, parts: { accuracy } };
      },
    });
  },
});
