import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';

const params = {
  projector: integer({
    default: 512,
    minimum: 2,
    doc: 'width of the projector and its output; 4096 and 256 in the paper',
  }),
  predictor: integer({ default: 512, minimum: 1, doc: 'hidden width of the predictor; 4096 in the paper' }),
  momentum: number({
    default: 0.99,
    minimum: 0,
    maximum: 1,
    doc: 'momentum of the teacher at the first step; rises to 1 along a cosine (0.996 in the paper)',
  }),
};

/** BYOL (Grill et al. 2020): a student predicts the output of a slowly updated copy of itself for another view. */
const byolMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/byol',
  summary: 'Trains a backbone with BYOL: predicts the output of a momentum teacher for another view',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  memory: 3072,
  views: () => 2,
  async method({ params: { projector: width, predictor: hidden, momentum }, backbone, steps, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { copyPart } = await import('@twoshot/model');
    const { byolLoss, followStudent, offTape, risingCosine } = await import('@twoshot/nn');
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.module.dim, width, width]);
    const predictor = heads.predictor([width, hidden, width]);
    const teacher = copyPart(backbone);
    const teacherProjector = copyPart(projector, 'teacher');
    const kept = risingCosine({ start: momentum, total: steps });
    return {
      heads: { projector, predictor },
      settings: { momentum: kept },
      frozen: { teacher, teacherProjector },
      loss([x]) {
        // One pass per view, so that batch norm uses the statistics of one view at a time.
        const [one, other] = tf.split<TensorFlow.Tensor4D>(x!, 2).map((image) => {
          const z = projector.module.forward(backbone.module.forward(image, training), training);
          const target = offTape(() =>
            teacherProjector.module.forward(teacher.module.forward(image, training), training),
          );
          return { z, target, q: predictor.module.forward(z, training) };
        });
        const features = tf.concat2d([one!.z, other!.z], 0);
        const { loss } = byolLoss(one!.q, other!.q, one!.target, other!.target, { symmetric: 'mean' });
        return { loss, features };
      },
      afterUpdate(_, { step }) {
        followStudent(teacher.module, backbone.module, kept(step));
        followStudent(teacherProjector.module, projector.module, kept(step));
      },
    };
  },
};

export default pretrainStage(byolMethod);
