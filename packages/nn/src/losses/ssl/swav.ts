import { tf } from '@twoshot/engine';
import { crossEntropy } from '../cross-entropy.js';
import { sinkhornCodes } from './sinkhorn-codes.js';

/**
 * Swapped prediction of SwAV (Caron et al. 2020, equation 2): each view predicts the code of the other,
 * -(mean sum_k Q2 log softmax(S1 / T) + mean sum_k Q1 log softmax(S2 / T)) / 2. Codes are constant to the gradient.
 *
 * @param scores1 [batch, prototypes] cosines to the prototypes of view 1, `scores2` of view 2
 * @returns the loss and the codes of both views
 */
export function swavLoss(
  scores1: tf.Tensor2D,
  scores2: tf.Tensor2D,
  options: { temperature?: number; epsilon?: number; iterations?: number } = {},
): { readonly loss: tf.Scalar; readonly codes1: tf.Tensor2D; readonly codes2: tf.Tensor2D } {
  const { temperature = 0.1, epsilon = 0.05, iterations = 3 } = options;
  const [batch] = scores1.shape;
  const predict = (scores: tf.Tensor2D, codes: tf.Tensor2D): tf.Scalar =>
    crossEntropy(tf.div(scores, temperature), tf.div(codes, 2 * batch));
  return tf.tidy(() => {
    const codes1 = sinkhornCodes(scores1, { epsilon, iterations });
    const codes2 = sinkhornCodes(scores2, { epsilon, iterations });
    return { loss: tf.add<tf.Scalar>(predict(scores1, codes2), predict(scores2, codes1)), codes1, codes2 };
  });
}
