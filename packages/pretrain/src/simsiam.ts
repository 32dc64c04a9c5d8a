import { defineStage } from '@twoshot/stage';
import { simsiamMethod, simsiamParams } from './methods/simsiam.js';
import { pretrainBackbone, pretrainPorts } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

export default defineStage({
  name: 'pretrain/simsiam',
  summary: 'Backbone by SimSiam, whose two views predict each other; comes into its own after hundreds of epochs',
  params: {
    ...pretrainParams({ steps: 1500, batch: 256, rate: 0.03, warmup: 0.05, optimiser: 'sgd', weightDecay: 0.0005 }),
    ...simsiamParams,
  },
  ...pretrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    await pretrainBackbone(context, 'pretrain/simsiam', await simsiamMethod(context.params, context.seed));
  },
});
