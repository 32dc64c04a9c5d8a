import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';
import { multiCropParams, multiCropViews } from './multi-crop.js';

const params = {
  projector: integer({ default: 512, minimum: 2, doc: 'hidden width of the projector; 2048 in the paper' }),
  dim: integer({ default: 128, minimum: 2, doc: 'output width of the projector; 256 in the paper' }),
  prototypes: integer({ default: 512, minimum: 2, doc: 'number of prototypes; 65536 in the paper' }),
  temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the student' }),
  teacherTemperature: number({
    default: 0.04,
    minimum: 0.001,
    doc: 'temperature of the teacher; lower than that of the student',
  }),
  centreMomentum: number({
    default: 0.9,
    minimum: 0,
    maximum: 1,
    doc: 'momentum of the mean teacher output, which is subtracted so that no prototype dominates',
  }),
  momentum: number({
    default: 0.99,
    minimum: 0,
    maximum: 1,
    doc: 'momentum of the teacher at the first step; rises to 1 along a cosine (0.996 in the paper)',
  }),
  ...multiCropParams,
};

/** DINO (Caron et al. 2021): views predict the prototypes that a momentum teacher finds in the large views. */
const dinoMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/dino',
  summary:
    'Trains a backbone with DINO: predicts from large and small views the prototypes a momentum teacher finds in large ones',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  memory: 4096,
  views: multiCropViews,
  async method({ params: settings, backbone, steps, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { copyPart } = await import('@twoshot/model');
    const { dinoCenter, dinoLoss, followStudent, offTape, rememberVariable, risingCosine, variableOf } =
      await import('@twoshot/nn');
    const { projector: width, dim, prototypes: count, localViews, centreMomentum } = settings;
    const temperatures = { studentTemp: settings.temperature, teacherTemp: settings.teacherTemperature };
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.module.dim, width, dim]);
    const prototypes = heads.prototypes(dim, count);
    const student = { backbone, projector, prototypes };
    const teacher = {
      backbone: copyPart(backbone),
      projector: copyPart(projector, 'teacher'),
      prototypes: copyPart(prototypes, 'teacherProjector'),
    };
    const logitsOf = (parts: typeof student, x: TensorFlow.Tensor4D, views: number): TensorFlow.Tensor3D => {
      const z = parts.projector.module.forward(parts.backbone.module.forward(x, training), training);
      return tf.reshape(parts.prototypes.module.forward(z, training), [views, -1, count]);
    };
    const centre = variableOf<TensorFlow.Rank.R1>([count], 0, false);
    const kept = risingCosine({ start: settings.momentum, total: steps });
    return {
      heads: { projector, prototypes },
      settings: { momentum: kept },
      frozen: { teacher: teacher.backbone, teacherProjector: teacher.projector, teacherPrototypes: teacher.prototypes },
      memory: [rememberVariable({ name: 'centre', variable: centre })],
      loss([large, small]) {
        const targets = offTape(() => logitsOf(teacher, large!, 2));
        const own = logitsOf(student, large!, 2);
        const all = small === undefined ? own : tf.concat([own, logitsOf(student, small, localViews)]);
        const { loss } = dinoLoss(all, targets, centre, temperatures);
        const next = dinoCenter(targets, centre, { momentum: centreMomentum });
        return { loss, features: tf.reshape<TensorFlow.Rank.R2>(own, [-1, count]), outputs: { centre: next } };
      },
      afterUpdate(outputs, { step }) {
        for (const name of ['backbone', 'projector', 'prototypes'] as const)
          followStudent(teacher[name].module, student[name].module, kept(step));
        const after = outputs.map((output) => output['centre'] as TensorFlow.Tensor1D);
        tf.tidy(() => centre.assign(tf.div(tf.addN(after), after.length)));
      },
    };
  },
};

export default pretrainStage(dinoMethod);
