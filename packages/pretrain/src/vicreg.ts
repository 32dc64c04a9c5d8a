import { defineStage } from '@twoshot/stage';
import { vicregMethod, vicregParams } from './methods/vicreg.js';
import { pretrainBackbone, pretrainPorts } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

export default defineStage({
  name: 'pretrain/vicreg',
  summary: 'Backbone by VICReg on several small views of every image, the strongest in minutes',
  params: {
    ...pretrainParams({ steps: 1500, batch: 128, rate: 0.002, warmup: 0.1, optimiser: 'muon', weightDecay: 0.05 }),
    ...vicregParams,
  },
  ...pretrainPorts,
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    await pretrainBackbone(context, 'pretrain/vicreg', await vicregMethod(context.params, context.seed));
  },
});
