import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';
import { multiCropParams, multiCropViews } from './multi-crop.js';

const params = {
  projector: integer({ default: 512, minimum: 2, doc: 'hidden width of the projector; 2048 in the paper' }),
  dim: integer({ default: 128, minimum: 2, doc: 'output width of the projector' }),
  prototypes: integer({ default: 100, minimum: 2, doc: 'number of prototypes; use far fewer than images in a batch' }),
  temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the cosines to the prototypes' }),
  epsilon: number({ default: 0.05, minimum: 0.001, doc: 'smoothness of the assignments; smaller is harder' }),
  freezeSteps: integer({ default: 50, minimum: 0, doc: 'first steps, in which the prototypes are frozen' }),
  ...multiCropParams,
};

/** SwAV (Caron et al. 2020): each view predicts the prototypes that the other views of its image are assigned to. */
const swavMethod: PretrainDefinition<typeof params> = {
  name: 'pretrain/swav',
  summary:
    'Trains a backbone with SwAV: predicts the balanced assignment of an image to prototypes from its other views',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  memory: 3072,
  views: multiCropViews,
  async method({ params: settings, backbone: { module: backbone }, seed }) {
    const { tf } = await import('@twoshot/engine');
    const { crossEntropy, l2Normalize, offTape, swavLoss } = await import('@twoshot/nn');
    const { projector: width, dim, prototypes: count, temperature, epsilon, freezeSteps, localViews } = settings;
    const heads = await headsOf(seed);
    const training = { training: true };
    const projector = heads.projector([backbone.dim, width, dim]);
    const prototypes = heads.prototypes(dim, count);
    const directions = (): TensorFlow.Tensor2D => l2Normalize<TensorFlow.Tensor2D>(prototypes.module.weight);
    return {
      heads: { projector, prototypes },
      loss([large, small], { positions }, { step }) {
        const fixed = step < freezeSteps ? offTape(directions) : directions();
        const scoresOf = (x: TensorFlow.Tensor4D): TensorFlow.Tensor2D => {
          const z = projector.module.forward(backbone.forward(x, training), training);
          return tf.matMul(l2Normalize(z), fixed, false, true);
        };
        const scores = scoresOf(large!);
        const [first, second] = tf.split<TensorFlow.Tensor2D>(scores, 2);
        const { loss: swapped, codes1, codes2 } = swavLoss(first!, second!, { temperature, epsilon });
        if (small === undefined) return { loss: swapped, features: scores };
        // A small view predicts the codes of both large ones; all pairs of views have equal weight.
        const local = tf.div(scoresOf(small), temperature);
        const targets = tf.tile(tf.div(tf.add(codes1, codes2), positions.length), [localViews, 1]);
        const pairs = 2 + 2 * localViews;
        const loss = tf.div<TensorFlow.Scalar>(tf.add(tf.mul(swapped, 2), crossEntropy(local, targets)), pairs);
        return { loss, features: scores };
      },
    };
  },
};

export default pretrainStage(swavMethod);
