import { defineStage } from '@twoshot/stage';
import { rotationMethod } from './methods/rotation.js';
import { pretrainBackbone, pretrainPorts } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

export default defineStage({
  name: 'pretrain/rotation',
  summary: 'Backbone by telling how far every image was turned (RotNet); cannot collapse, weak for neighbours',
  params: pretrainParams({
    steps: 1000,
    batch: 128,
    rate: 0.1,
    warmup: 0.05,
    optimiser: 'sgd',
    nesterov: true,
    weightDecay: 0.0005,
  }),
  ...pretrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    await pretrainBackbone(context, 'pretrain/rotation', await rotationMethod(context.seed));
  },
});
