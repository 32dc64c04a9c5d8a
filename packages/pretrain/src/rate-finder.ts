import { choice, defineStage, integer, number } from '@twoshot/stage';
import { networkParams, optimiserParams, pretrainPorts } from '@twoshot/training';
import { rotationMethod } from './rotation.js';
import { simsiamMethod } from './simsiam.js';
import { vicregMethod } from './vicreg.js';

export default defineStage({
  name: 'pretrain/rate-finder',
  summary: 'Learning rate of a method of pre-training, read off the loss while it rises with every step',
  params: {
    method: choice(['vicreg', 'simsiam', 'rotation'], { doc: 'stage of pre-training that the learning rate is for' }),
    ...networkParams('conv-residual'),
    ...optimiserParams({ optimiser: 'muon', weightDecay: 0.05 }),
    ...vicregMethod.params,
    ...simsiamMethod.params,
    batch: integer({ default: 128, minimum: 2, doc: 'images a step, as in that stage; so are all params above' }),
    size: integer({ default: 16, minimum: 4, doc: 'side of the views in pixels' }),
    steps: integer({ default: 100, minimum: 8, doc: 'steps of the test, and so rates' }),
    start: number({ default: 1e-5, minimum: 1e-12, doc: 'first learning rate' }),
    end: number({ default: 1, minimum: 1e-12, doc: 'last learning rate, if the loss does not run away before' }),
    smoothing: number({ default: 0.9, minimum: 0, maximum: 0.999, doc: 'share of the losses before in their average' }),
  },
  inputs: pretrainPorts.inputs,
  outputs: {
    metrics: {
      kind: 'metrics',
      shown: true,
      doc: '`steepest`: the learning rate at which the loss falls fastest; `minimum`: a tenth of the one at which it is smallest',
    },
    html: { kind: 'page', doc: 'page with the losses over the rates' },
  },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run(context) {
    const { params } = context;
    const { findLearningRate } = await import('./find-learning-rate.js');
    const find = {
      vicreg: () => findLearningRate(context, vicregMethod),
      simsiam: () => findLearningRate(context, simsiamMethod),
      rotation: () => findLearningRate(context, rotationMethod),
    };
    await find[params.method]();
  },
});
