import { tf } from '@twoshot/engine';
import { labelTargets } from '../cross-entropy.js';

/**
 * Squared error of relation scores against the one-hot class (Sung et al. 2018). `mean` divides by queries * classes.
 *
 * @param scores [queries, classes], 0..1
 * @param labels [queries]
 */
export function relationMseLoss(
  scores: tf.Tensor2D,
  labels: Int32Array,
  { reduction = 'mean' }: { reduction?: 'mean' | 'sum' } = {},
): { readonly loss: tf.Scalar } {
  const loss = tf.tidy(() => {
    const targets = tf.tensor2d(labelTargets(labels, scores.shape[1]), scores.shape);
    const errors = tf.squaredDifference(scores, targets);
    return reduction === 'mean' ? tf.mean<tf.Scalar>(errors) : tf.sum<tf.Scalar>(errors);
  });
  return { loss };
}
