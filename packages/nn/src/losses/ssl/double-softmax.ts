import { tf } from '@twoshot/engine';
import { crossEntropy, labelTargets } from '../cross-entropy.js';

/**
 * Cross-entropy in which the probabilities stand as logits once more (SPICE, Niu et al. 2022, section 3.2): bounded, so
 * that the cost of a wrong pseudo-label is small.
 *
 * @param logits [batch, classes]
 * @param labels [batch]
 */
export function doubleSoftmaxLoss(logits: tf.Tensor2D, labels: Int32Array): { readonly loss: tf.Scalar } {
  const weights = 1 / Math.max(1, labels.length);
  const loss = tf.tidy(() => {
    const targets = tf.tensor2d(labelTargets(labels, logits.shape[1], { weights }), logits.shape);
    return crossEntropy(tf.softmax(logits), targets);
  });
  return { loss };
}
