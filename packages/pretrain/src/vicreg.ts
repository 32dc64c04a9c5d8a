import { choice, defineStage, integer, number } from '@twoshot/stage';
import { pretrainBackbone, pretrainPorts } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

export default defineStage({
  name: 'pretrain/vicreg',
  summary: 'Backbone by VICReg on several small views of every image, the strongest in minutes',
  params: {
    ...pretrainParams({ steps: 1500, batch: 128, rate: 0.002, warmup: 0.1, weightDecay: 0.05 }),
    views: integer({ default: 4, minimum: 2, doc: 'views of every image, all in one batch with joint batch norm' }),
    projector: integer({ default: 512, minimum: 2, doc: 'width of both layers of the projector' }),
    optimiser: choice(['muon', 'adamw'], {
      default: 'muon',
      doc: 'muon orthogonalises the updates of convolution filters and takes AdamW for the rest',
    }),
    similarity: number({ default: 25, minimum: 0, doc: 'weight of the distance of the views from their mean' }),
    variance: number({ default: 25, minimum: 0, doc: 'weight of the hinge on the deviation of every dimension' }),
    covariance: number({ default: 1, minimum: 0, doc: 'weight of the squared covariances' }),
  },
  ...pretrainPorts,
  engine: true,
  resources: { cpus: 2, memory: 2048 },
  async run(context) {
    const { params, seed } = context;
    const { createRandom } = await import('@twoshot/engine/random');
    const { adamW, mlp, muon, vicregViewsLoss } = await import('@twoshot/nn');
    const { views, projector: width, similarity, variance, covariance, weightDecay } = params;
    const optimisers = { adamw: adamW, muon };
    const training = { training: true };
    await pretrainBackbone(context, {
      stage: 'pretrain/vicreg',
      views,
      heads: (dim) => ({ projector: [dim, width, width] }),
      createHead: (name, widths) => mlp({ widths }, createRandom(seed(name))),
      createOptimiser: (parameters) => optimisers[params.optimiser](parameters, { beta2: 0.95, weightDecay }),
      loss(x, backbone, { projector }) {
        const features = backbone.forward(x, training);
        const z = projector.forward(features, training);
        const { loss, ...parts } = vicregViewsLoss(z, { views, similarity, variance, covariance });
        return { loss, features, parts };
      },
      recipe: { optimiser: params.optimiser, similarity, variance, covariance },
    });
  },
});
