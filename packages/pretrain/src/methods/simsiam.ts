import { integer, type ParamValues } from '@twoshot/stage';
import type { PretrainMethod } from './method.js';

export const simsiamParams = {
  projector: integer({ default: 512, minimum: 2, doc: 'width of both layers of the projector; 2048 in the paper' }),
  predictor: integer({ default: 128, minimum: 1, doc: 'hidden width of the predictor, a quarter of the projector' }),
};

/** SimSiam (Chen and He 2021): two views predict each other. */
export async function simsiamMethod(
  { projector: width, predictor: hidden }: ParamValues<typeof simsiamParams>,
  seed: (purpose: string) => number,
): Promise<PretrainMethod<'projector' | 'predictor'>> {
  const { tf } = await import('@twoshot/engine');
  const { createRandom } = await import('@twoshot/engine/random');
  const { mlp, simsiamLoss } = await import('@twoshot/nn');
  const training = { training: true };
  return {
    views: 2,
    heads: (dim) => ({ projector: [dim, width, width], predictor: [width, hidden, width] }),
    createHead: (name, widths) =>
      mlp({ widths, lastNorm: name === 'projector' ? 'affine-free' : 'none' }, createRandom(seed(name))),
    // The paper's rate.
    rateFor: 256,
    leastLoss: -1,
    loss(x, backbone, { projector, predictor }) {
      // One pass a view, so that batch norm has the statistics of one view at a time.
      const [one, other] = tf.split(x, 2).map((view) => {
        const z = projector.forward(backbone.forward(view as typeof x, training), training);
        return { z, p: predictor.forward(z, training) };
      });
      const features = tf.concat([one!.z, other!.z]);
      return { loss: simsiamLoss(one!.p, other!.p, one!.z, other!.z).loss, features };
    },
    recipe: {},
  };
}
