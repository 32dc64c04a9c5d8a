import type { tf } from '@twoshot/engine';
import { type Margined, marginSoftmaxLoss } from './margin-softmax.js';

/**
 * ArcFace (Deng et al. 2019): cross-entropy of `scale` times the cosines, the angle to the own class enlarged by
 * `margin`: cos(theta + margin), and cos(theta) - margin sin(margin) where theta > pi - margin, so that it still falls.
 *
 * @param embeddings [batch, dim], normalised inside
 * @param weights [dim, classes], columns normalised inside
 * @param labels [batch]
 * @param options `scale` of the logits, `margin` in radians
 * @returns the loss and the logits [batch, classes]
 */
export function arcFaceLoss(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: Int32Array,
  { scale = 64, margin = 0.5 }: { scale?: number; margin?: number } = {},
): { readonly loss: tf.Scalar; readonly logits: Float64Array } {
  return marginSoftmaxLoss(embeddings, weights, labels, scale, arcFaceMargin(margin));
}

/** The rule of ArcFace on the cosine to the own class. */
export function arcFaceMargin(margin: number): (cosine: number) => Margined {
  const [cos, sin] = [Math.cos(margin), Math.sin(margin)];
  return (cosine) => {
    if (cosine < -cos) return { value: cosine - margin * sin, slope: 1 };
    const opposite = Math.sqrt(Math.max(0, 1 - cosine * cosine));
    // At theta = 0 the angle has no derivative; that of the cosine vanishes there.
    return { value: cosine * cos - opposite * sin, slope: opposite > 0 ? cos + (sin * cosine) / opposite : cos };
  };
}
