import type { tf } from '@twoshot/engine';
import { arcFaceMargin } from './arcface.js';
import { marginSoftmaxLoss } from './margin-softmax.js';

/**
 * Sub-centre ArcFace (Deng et al. 2020): every class has several centres, of which the one nearest to a row speaks for the
 * class, so that rows of a wrong label can lie at a centre of their own; then ArcFace.
 *
 * @param embeddings [batch, dim], normalised inside
 * @param weights [dim, classes * subCentres], columns normalised inside; those of a class lie side by side
 * @param labels [batch]
 * @param options `scale` of the logits, `margin` in radians, `subCentres` of a class
 * @returns the loss and the logits [batch, classes]
 */
export function subCentreArcFaceLoss(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: Int32Array,
  { scale = 64, margin = 0.5, subCentres = 3 }: { scale?: number; margin?: number; subCentres?: number } = {},
): { readonly loss: tf.Scalar; readonly logits: Float64Array } {
  return marginSoftmaxLoss(embeddings, weights, labels, scale, arcFaceMargin(margin), subCentres);
}
