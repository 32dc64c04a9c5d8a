import { tf } from '@twoshot/engine';
import { confidenceOf, takenRows } from '../confidence.js';
import { crossEntropy, labelTargets } from '../cross-entropy.js';

/**
 * Self-labelling of SCAN (Van Gansbeke et al. 2020, section 2.3): where the weak view is more confident than
 * `threshold`, its class is the label of the strong view. With `classBalance` a row weighs (rows kept) / (rows kept of
 * its class). Weighted mean cross-entropy; labels and weights are constant to the gradient. 0 where no row is kept.
 *
 * @param weak [batch, classes] logits
 * @param strong [batch, classes] logits
 * @returns the loss, which rows were kept [batch] and the weight of each class [classes], 1 where it is absent
 */
export function selfLabelLoss(
  weak: tf.Tensor2D,
  strong: tf.Tensor2D,
  { threshold = 0.99, classBalance = true }: { threshold?: number; classBalance?: boolean } = {},
): { readonly loss: tf.Scalar; readonly mask: Uint8Array; readonly classWeights: Float64Array } {
  const { rows, classes, label, confidence } = confidenceOf(weak);
  const taken = takenRows(confidence, (value) => value > threshold);
  const mask = Uint8Array.from(taken);
  const counts = new Int32Array(classes);
  let kept = 0;
  for (let row = 0; row < rows; row++)
    if (mask[row] === 1) {
      kept++;
      counts[label[row]!]!++;
    }
  const classWeights = Float64Array.from(counts, (count) => (classBalance && count > 0 ? kept / count : 1));
  const weights = taken.map((share, row) => share * classWeights[label[row]!]!);
  const total = Math.max(
    weights.reduce((sum, weight) => sum + weight, 0),
    1,
  );
  const targets = labelTargets(label, classes, { weights: weights.map((weight) => weight / total) });
  const loss = tf.tidy(() => crossEntropy(strong, tf.tensor2d(targets, strong.shape)));
  return { loss, mask, classWeights };
}
