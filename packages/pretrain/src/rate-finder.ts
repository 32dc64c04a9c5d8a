import { choice, defineStage, integer, number } from '@twoshot/stage';
import { networkParams, optimiserParams, pretrainPorts } from '@twoshot/training';
import { rotationMethod } from './rotation.js';
import { simsiamMethod } from './simsiam.js';
import { vicregMethod } from './vicreg.js';

export default defineStage({
  name: 'pretrain/rate-finder',
  summary:
    'Finds a learning rate for a pre-training method: records the loss while the learning rate rises with every step',
  params: {
    method: choice(['vicreg', 'simsiam', 'rotation'], { doc: 'pre-training stage to find a learning rate for' }),
    ...networkParams('conv-residual'),
    ...optimiserParams({ optimiser: 'muon', weightDecay: 0.05 }),
    ...vicregMethod.params,
    ...simsiamMethod.params,
    batch: integer({ default: 128, minimum: 2, doc: 'images per step, as in that stage; so are all params above' }),
    size: integer({ default: 16, minimum: 4, doc: 'side of the views in pixels' }),
    steps: integer({ default: 100, minimum: 8, doc: 'steps of the test, one learning rate each' }),
    start: number({ default: 1e-5, minimum: 1e-12, doc: 'first learning rate' }),
    end: number({ default: 1, minimum: 1e-12, doc: 'last learning rate, unless the loss diverges before' }),
    smoothing: number({
      default: 0.9,
      minimum: 0,
      maximum: 0.999,
      doc: 'weight of earlier losses in the running average',
    }),
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
