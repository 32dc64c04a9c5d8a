import { tf } from '@twoshot/engine';
import { crossEntropy, labelTargets } from '../cross-entropy.js';

/**
 * Cross-entropy of mixed images (Zhang et al. 2018): lambda CE(labelsA) + (1 - lambda) CE(labelsB), means over the
 * batch.
 *
 * @param logits [batch, classes] of lambda A + (1 - lambda) B
 * @param labelsA [batch], `labelsB` [batch]
 */
export function mixupLoss(
  logits: tf.Tensor2D,
  labelsA: Int32Array,
  labelsB: Int32Array,
  { lambda }: { lambda: number },
): { readonly loss: tf.Scalar } {
  const [batch, classes] = logits.shape;
  const targets = labelTargets(labelsA, classes, { weights: lambda / Math.max(1, batch) });
  for (const [row, label] of labelsB.entries()) targets[row * classes + label]! += (1 - lambda) / Math.max(1, batch);
  return { loss: tf.tidy(() => crossEntropy(logits, tf.tensor2d(targets, [batch, classes]))) };
}
