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
  const { tf } = await import('@twoshot/engine');
  const { createRandom } = await import('@twoshot/engine/random');
  const { mlp, vicregLoss } = await import('@twoshot/nn');
  const { views, projector: width, similarity, variance, covariance } = params;
  const training = { training: true };
  // `similarity` weighs twice the mean square of the views' distance from their mean, (views - 1) / views of what the
  // loss calls invariance; `covariance` weighs the mean over the views, of which the loss takes twice.
  const weights = { simWeight: (similarity * (views - 1)) / views, varWeight: variance, covWeight: covariance / 2 };
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
      const [rows, dim] = z.shape;
      const { loss, ...terms } = vicregLoss(z.as3D(views, rows / views, dim), weights);
      const parts = {
        invariance: tf.scalar(terms.invariance),
        variance: tf.scalar(terms.variance),
        covariance: tf.scalar(terms.covariance),
      };
      return { loss, features, parts };
    },
    recipe: { similarity, variance, covariance },
  };
}
