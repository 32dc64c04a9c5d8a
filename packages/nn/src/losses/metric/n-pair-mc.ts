import { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { crossLoss } from '../pair-loss.js';

/**
 * Multi-class N-pair loss: row i of `anchors` and row i of `positives` are of class i, every other positive is a
 * negative; mean cross-entropy of anchors positives^T with target i, not normalised (Sohn 2016), plus `l2Reg` times
 * the mean squared length of all 2N rows.
 *
 * @param anchors [classes, dim]
 * @param positives [classes, dim]
 */
export function nPairLoss(
  anchors: tf.Tensor2D,
  positives: tf.Tensor2D,
  { l2Reg = 0 }: { l2Reg?: number } = {},
): { readonly loss: tf.Scalar; readonly crossEntropy: number } {
  let crossEntropy = 0;
  const loss = tf.tidy<tf.Scalar>(() => {
    const comparison = { measure: 'inner-product', normalize: false } as const;
    const contrast = crossLoss(anchors, positives, comparison, (matrix, n) => {
      const slope = new Float64Array(matrix);
      const terms = Math.max(1, n);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += logSumExp(slope, i * n, (i + 1) * n, slope) - matrix[i * n + i]!;
        slope[i * n + i]! -= 1;
      }
      for (let at = 0; at < slope.length; at++) slope[at]! *= 1 / terms;
      crossEntropy = sum / terms;
      return { loss: crossEntropy, slope, parts: {} };
    });
    if (l2Reg === 0) return contrast.loss;
    const squares = tf.add(tf.sum(tf.square(anchors)), tf.sum(tf.square(positives)));
    return tf.add(contrast.loss, tf.mul(squares, l2Reg / (2 * Math.max(1, anchors.shape[0]))));
  });
  return { loss, crossEntropy };
}
