import { tf } from '@twoshot/engine';

/**
 * Soft codes that use all prototypes equally (SwAV, Caron et al. 2020, section 3.1): Q = exp(scores / epsilon), then
 * `iterations` times the columns to sums of 1 / prototypes and the rows to 1 / batch; times batch, so that rows sum
 * to 1. In the logarithm, where no epsilon overflows.
 *
 * @param scores [batch, prototypes]
 * @returns [batch, prototypes], a constant to the gradient where it is used as a target
 */
export function sinkhornCodes(
  scores: tf.Tensor2D,
  { epsilon = 0.05, iterations = 3 }: { epsilon?: number; iterations?: number } = {},
): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch] = scores.shape;
    let log = logNormalised(tf.div(scores, epsilon));
    // Constant factors of all rows or columns cancel in the next step, so sums of 1 do in both directions.
    for (let i = 0; i < iterations; i++) log = tf.sub(logNormalised(logNormalised(log, 0), 1), Math.log(batch));
    return tf.mul(tf.exp(log), batch);
  });
}

function logNormalised(log: tf.Tensor2D, axis?: 0 | 1): tf.Tensor2D {
  const shifted = tf.sub<tf.Tensor2D>(log, tf.max(log, axis, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
}
