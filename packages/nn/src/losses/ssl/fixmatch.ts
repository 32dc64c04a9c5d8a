import { tf } from '@twoshot/engine';
import { confidenceOf, takenRows } from '../confidence.js';
import { crossEntropy, labelTargets } from '../cross-entropy.js';

/**
 * FixMatch's unlabelled loss (Sohn et al. 2020, equation 4): where the confidence of the weak view is at least
 * `threshold`, cross-entropy of the strong view against its class; divided by the whole batch. Labels are constant to
 * the gradient.
 *
 * @param weak [batch, classes] logits
 * @param strong [batch, classes] logits
 * @param options `weight` is a factor of the loss
 * @returns the loss, which rows were kept [batch] and their share
 */
export function fixMatchLoss(
  weak: tf.Tensor2D,
  strong: tf.Tensor2D,
  { threshold = 0.95, weight = 1 }: { threshold?: number; weight?: number } = {},
): { readonly loss: tf.Scalar; readonly mask: Uint8Array; readonly maskRate: number } {
  const { rows, classes, label, confidence } = confidenceOf(weak);
  const taken = takenRows(confidence, (value) => value >= threshold);
  const mask = Uint8Array.from(taken);
  const batch = Math.max(1, rows);
  const weights = taken.map((share) => (share * weight) / batch);
  const targets = labelTargets(label, classes, { weights });
  const loss = tf.tidy(() => crossEntropy(strong, tf.tensor2d(targets, strong.shape)));
  return { loss, mask, maskRate: mask.reduce((sum, kept) => sum + kept, 0) / batch };
}
