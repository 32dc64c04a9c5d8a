import type { tf } from '@twoshot/engine';
import { marginSoftmaxLoss } from './margin-softmax.js';

/**
 * CosFace (Wang et al. 2018): cross-entropy of `scale` times the cosines, that to the own class less `margin`.
 *
 * @param embeddings [batch, dim], normalised inside
 * @param weights [dim, classes], columns normalised inside
 * @param labels [batch]
 * @returns the loss and the logits [batch, classes]
 */
export function cosFaceLoss(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: Int32Array,
  { scale = 64, margin = 0.35 }: { scale?: number; margin?: number } = {},
): { readonly loss: tf.Scalar; readonly logits: Float64Array } {
  return marginSoftmaxLoss(embeddings, weights, labels, scale, (cosine) => ({ value: cosine - margin, slope: 1 }));
}
