import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({
    default: 256,
    minimum: 2,
    doc: 'output width of the projector; its hidden layer is twice as wide',
  }),
  decay: number({
    default: 0.9,
    minimum: 0,
    maximum: 1,
    doc: 'decay of the running second moments of the projections',
  }),
  contrast: number({
    default: 20,
    minimum: 0,
    doc: 'weight of the term that avoids frequent directions; 8 for ImageNet in the paper',
  }),
  momentum: number({ default: 0.99, minimum: 0, maximum: 1, doc: 'momentum of the teacher' }),
};

/** TiCo (Zhu et al. 2022): views agree with a momentum teacher and avoid directions that are frequent already. */
const ticoMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/tico',
  summary: 'Trains a backbone with TiCo: views agree with a momentum teacher and avoid frequent directions',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  memory: 3072,
  views: () => 2,
  async method({ params: { projector: width, decay, contrast: rho, momentum }, backbone, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { copyPart } = await import('@twoshot/model');
    const { followStudent, offTape, rememberVariable, ticoLoss, variableOf } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.module.dim, 2 * width, width]);
    const teacher = copyPart(backbone);
    const teacherProjector = copyPart(projector, 'teacher');
    const moments = variableOf<TensorFlow.Rank.R2>([width, width], 0, false);
    return {
      heads: { projector },
      frozen: { teacher, teacherProjector },
      memory: [rememberVariable({ name: 'second moments', variable: moments })],
      loss([x]) {
        const [first, second] = tf.split(x!, 2) as [TensorFlow.Tensor4D, TensorFlow.Tensor4D];
        const z = projector.module.forward(backbone.module.forward(first, training), training);
        const target = offTape(() =>
          teacherProjector.module.forward(teacher.module.forward(second, training), training),
        );
        const { loss, invariance, contrast, covariance } = ticoLoss(z, target, moments, { beta: decay, rho });
        const features = tf.concat2d([z, target], 0);
        return { loss, features, parts: { invariance, contrast }, outputs: { covariance } };
      },
      afterUpdate(outputs) {
        followStudent(teacher.module, backbone.module, momentum);
        followStudent(teacherProjector.module, projector.module, momentum);
        // Every batch of a step starts from the same moments, so the mean of their results is stored.
        const after = outputs.map(({ covariance }) => covariance as TensorFlow.Tensor2D);
        tf.tidy(() => moments.assign(tf.div(tf.addN(after), after.length)));
      },
    };
  },
};

export default pretrainStage(ticoMethod);
