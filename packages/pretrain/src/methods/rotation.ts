import type { PretrainMethod } from './method.js';

/** RotNet (Gidaris et al. 2018): how far was an image turned? */
export async function rotationMethod(seed: (purpose: string) => number): Promise<PretrainMethod<'rotation'>> {
  const { createRandom } = await import('@twoshot/engine/random');
  const { mlp, quarterTurns, rotationLoss } = await import('@twoshot/nn');
  const training = { training: true };
  return {
    views: 1,
    heads: (dim) => ({ rotation: [dim, 4] }),
    createHead: (name, widths) => mlp({ widths }, createRandom(seed(name))),
    rateFor: null,
    leastLoss: 0,
    loss(x, backbone, { rotation }) {
      const { turned, turns } = quarterTurns(x);
      const features = backbone.forward(turned, training);
      const { loss, accuracy } = rotationLoss(rotation.forward(features, training), turns);
      return { loss, features, parts: { accuracy } };
    },
    recipe: {},
  };
}
