import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({ default: 128, minimum: 2, doc: 'width of queries and keys' }),
  queue: integer({ default: 4096, minimum: 1, doc: 'keys of earlier batches used as negatives; 65536 in the paper' }),
  temperature: number({ default: 0.2, minimum: 0.001, doc: 'temperature of the cosines' }),
  momentum: number({ default: 0.99, minimum: 0, maximum: 1, doc: 'momentum of the teacher' }),
  normGroups: integer({
    default: 4,
    minimum: 1,
    doc: 'parts of a batch, redrawn each step, in which the teacher computes batch norm statistics, so that they do not leak which key belongs to a query',
  }),
};

/**
 * MoCo v2 (Chen et al. 2020): a query must match its key, another view through a momentum encoder, among those of
 * earlier batches.
 */
const mocoMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/moco',
  summary: 'Trains a backbone with MoCo v2: matches two views of an image among a queue of views of earlier batches',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.06, warmup: 0.05, optimiser: 'sgd', weightDecay: 0.0005 },
  learningRateFor: 256,
  lossFloor: 0,
  memory: 3072,
  views: () => 2,
  async method({ params: { projector: width, queue: length, temperature, momentum, normGroups }, backbone, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { copyPart } = await import('@twoshot/model');
    const { createQueue, followStudent, l2Normalize, mocoLoss, offTape } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const { dim } = backbone.module;
    const projector = heads.projector([dim, dim, width]);
    const teacher = copyPart(backbone);
    const teacherProjector = copyPart(projector, 'teacher');
    const queue = createQueue({ name: 'queue', length, dim: width }, createRandom(seed('queue')));
    const orders = createRandom(seed('order'));

    function keysOf(images: TensorFlow.Tensor4D, step: number): TensorFlow.Tensor2D {
      const [count] = images.shape;
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      orders.fork(step).shuffle(order);
      const back = new Int32Array(count);
      for (const [place, row] of order.entries()) back[row] = place;
      const groups = Math.min(normGroups, Math.floor(count / 2));
      const sizes = Array.from({ length: groups }, (_, i) => Math.floor((count + i) / groups));
      const mixed = tf.gather(images, tf.tensor1d(Int32Array.from(order), 'int32'));
      const keys = tf
        .split<TensorFlow.Tensor4D>(mixed, sizes)
        .map((part) => teacherProjector.module.forward(teacher.module.forward(part, training), training));
      return l2Normalize(tf.gather(tf.concat2d(keys, 0), tf.tensor1d(back, 'int32')));
    }

    return {
      heads: { projector },
      frozen: { teacher, teacherProjector },
      memory: [queue],
      loss([x], _, { step }) {
        const [first, second] = tf.split(x!, 2) as [TensorFlow.Tensor4D, TensorFlow.Tensor4D];
        const q = projector.module.forward(backbone.module.forward(first, training), training);
        const keys = offTape(() => keysOf(second, step));
        const { loss } = mocoLoss(q, keys, queue.rows, { temperature });
        return { loss, features: tf.concat2d([q, keys], 0), outputs: { keys } };
      },
      afterUpdate(outputs) {
        followStudent(teacher.module, backbone.module, momentum);
        followStudent(teacherProjector.module, projector.module, momentum);
        // Of a batch larger than the queue only the first keys are used.
        for (const { keys } of outputs) {
          const rows = keys as TensorFlow.Tensor2D;
          tf.tidy(() => queue.push(tf.slice2d(rows, [0, 0], [Math.min(length, rows.shape[0]), width])));
        }
      },
    };
  },
};

export default pretrainStage(mocoMethod);
