import { tf } from '@twoshot/engine';
import { crossEntropy, labelTargets } from '../cross-entropy.js';

export interface LabelSmoothingOptions {
  readonly epsilon: number;
  /** [batch] a row's weight in the mean; null weighs all the same. */
  readonly weights: ArrayLike<number> | null;
}

/** The loss and its targets [batch, classes] before they are weighed. */
export interface SmoothedLoss {
  readonly loss: tf.Scalar;
  readonly targets: Float32Array;
}

/**
 * Weighted mean cross-entropy against (1 - epsilon) one-hot + epsilon / classes (Szegedy et al. 2016; PyTorch's
 * `label_smoothing`). 0 where nothing has a weight.
 *
 * @param logits [batch, classes]
 * @param labels [batch]
 */
export function labelSmoothingLoss(
  logits: tf.Tensor2D,
  labels: Int32Array,
  { epsilon = 0.1, weights = null }: Partial<LabelSmoothingOptions> = {},
): SmoothedLoss {
  const share = epsilon / logits.shape[1];
  return smoothed(logits, labels, { on: 1 - epsilon + share, off: share, weights });
}

/**
 * Label smoothing of RUC (Park et al. 2021, section 3.3): 1 - epsilon for the label and epsilon / (classes - 1) for
 * every other class.
 *
 * @param logits [batch, classes], classes at least 2
 * @param labels [batch]
 */
export function rucLabelSmoothingLoss(
  logits: tf.Tensor2D,
  labels: Int32Array,
  { epsilon = 0.5, weights = null }: Partial<LabelSmoothingOptions> = {},
): SmoothedLoss {
  return smoothed(logits, labels, { on: 1 - epsilon, off: epsilon / (logits.shape[1] - 1), weights });
}

function smoothed(
  logits: tf.Tensor2D,
  labels: Int32Array,
  { on, off, weights }: { on: number; off: number; weights: ArrayLike<number> | null },
): SmoothedLoss {
  const classes = logits.shape[1];
  const targets = labelTargets(labels, classes, { on, off });
  const given = weights === null ? new Float64Array(labels.length).fill(1) : new Float64Array(weights);
  const sum = given.reduce((total, weight) => total + weight, 0);
  const shares = given.map((weight) => (sum > 0 ? weight / sum : 0));
  const weighed = labelTargets(labels, classes, { on, off, weights: shares });
  return { loss: tf.tidy(() => crossEntropy(logits, tf.tensor2d(weighed, logits.shape))), targets };
}
