import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({ default: 256, minimum: 2, doc: 'width of the projector and its output' }),
  predictor: integer({ default: 512, minimum: 1, doc: 'hidden width of the predictor' }),
  queue: integer({
    default: 4096,
    minimum: 1,
    doc: 'projections of earlier batches in which neighbours are looked up',
  }),
  temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the cosines' }),
};

/** NNCLR (Dwibedi et al. 2021): SimCLR in which a view is replaced by its nearest neighbour among earlier projections. */
const nnclrMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/nnclr',
  summary: 'Trains a backbone with NNCLR: predicts the nearest neighbour of a view among those of earlier batches',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  views: () => 2,
  async method({ params: { projector: width, predictor: hidden, queue: length, temperature }, backbone, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { createQueue, l2Normalize, nnclrLoss } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.module.dim, width, width]);
    const predictor = heads.predictor([width, hidden, width]);
    const queue = createQueue({ name: 'queue', length, dim: width }, createRandom(seed('queue')));
    return {
      heads: { projector, predictor },
      memory: [queue],
      loss([x]) {
        const features = backbone.module.forward(x!, training);
        const z = projector.module.forward(features, training);
        const [z1, z2] = tf.split<TensorFlow.Tensor2D>(z, 2);
        const [p1, p2] = tf.split<TensorFlow.Tensor2D>(predictor.module.forward(z, training), 2);
        const { loss } = nnclrLoss(p1!, p2!, z1!, z2!, queue.rows, { temperature });
        return { loss, features, outputs: { keys: l2Normalize(z1!) } };
      },
      afterUpdate(outputs) {
        for (const { keys } of outputs) {
          const rows = keys as TensorFlow.Tensor2D;
          tf.tidy(() => queue.push(tf.slice2d(rows, [0, 0], [Math.min(length, rows.shape[0]), width])));
        }
      },
    };
  },
};

export default pretrainStage(nnclrMethod);
