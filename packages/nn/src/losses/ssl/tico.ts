import { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { offTape } from '../off-tape.js';

/**
 * TiCo (Zhu et al. 2022, algorithm 1): 1 - mean <z1, z2>, plus `rho` times the mean of z1' C z1, with C the running second
 * moment of all dimensions, beta C + (1 - beta) z1' z1 / batch. Rows are normalised inside; C takes in the batch first and is
 * constant to the gradient.
 *
 * @param z1 [batch, dim] projections of the student
 * @param z2 [batch, dim] of the teacher from another view, constant to the gradient
 * @param covariance [dim, dim] C of the step before
 * @returns the loss, its parts, and C after this batch [dim, dim]
 */
export function ticoLoss(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  covariance: tf.Tensor2D,
  { beta = 0.9, rho = 8 }: { beta?: number; rho?: number } = {},
): {
  readonly loss: tf.Scalar;
  readonly invariance: tf.Scalar;
  readonly contrast: tf.Scalar;
  readonly covariance: tf.Tensor2D;
} {
  const [batch] = z1.shape;
  return tf.tidy(() => {
    const rows = l2Normalize(z1);
    const target = offTape(() => l2Normalize(z2));
    const next = offTape(() => {
      const own = tf.mul(tf.matMul(rows, rows, true, false), (1 - beta) / batch);
      return tf.add<tf.Tensor2D>(tf.mul(covariance, beta), own);
    });
    const invariance = tf.sub<tf.Scalar>(1, tf.div(tf.sum(tf.mul(rows, target)), batch));
    const contrast = tf.div<tf.Scalar>(tf.sum(tf.mul(tf.matMul(rows, next), rows)), batch);
    return { loss: tf.add<tf.Scalar>(invariance, tf.mul(contrast, rho)), invariance, contrast, covariance: next };
  });
}
