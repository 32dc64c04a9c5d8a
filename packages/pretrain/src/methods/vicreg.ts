import { integer, number, type ParamValues } from '@twoshot/stage';
import type { PretrainMethod } from './method.js';

export const vicregParams = {
  views: integer({ default: 4, minimum: 2, doc: 'views of every image, all in one batch with joint batch norm' }),
  projector: integer({ default: 512, minimum: 2, doc: 'width of both layers of the projector' }),
  similarity: number({ default: 25, minimum: 0, doc: 'weight of the distance of the views from their mean' }),
  variance: number({ default: 25, minimum: 0, doc: 'weight of the hinge on the deviation of every dimension' }),
  covariance: number({ default: 1, minimum: 0, doc: 'weight of the squared covariances' }),
};

/** VICReg (Bardes et al. 2022) on several views of every image. */
export async function vicregMethod(
  params: ParamValues<typeof vicregParams>,
  seed: (purpose: string) => number,
): Promise<PretrainMethod<'projector'>> {
  const { createRandom } = await import('@twoshot/engine/random');
  const { mlp, vicregViewsLoss } = await import('@twoshot/nn');
  const { views, projector: width, similarity, variance, covariance } = params;
  const training = { training: true };
  return {
    views,
    heads: (dim) => ({ projector: [dim, width, width] }),
    createHead: (name, widths) => mlp({ widths }, createRandom(seed(name))),
    beta2: 0.95,
    rateFor: null,
    leastLoss: 0,
    loss(x, backbone, { projector }) {
      const features = backbone.forward(x, training);
      const z = projector.forward(features, training);
      const { loss, ...parts } = vicregViewsLoss(z, { views, similarity, variance, covariance });
      return { loss, features, parts };
    },
    recipe: { similarity, variance, covariance },
  };
}
