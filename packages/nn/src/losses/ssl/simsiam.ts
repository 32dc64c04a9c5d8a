import { tf } from '@twoshot/engine';
import { meanCosine } from '../mean-cosine.js';

/**
 * SimSiam (Chen and He 2021, algorithm 1): mean of -cos(p1, z2) and -cos(p2, z1), targets constant to the gradient.
 *
 * @param p1 [batch, dim] predictions from view 1, `p2` from view 2
 * @param z1 [batch, dim] projections of view 1, `z2` of view 2
 * @returns in -1..1; -1 where predictions and targets point the same way
 */
export function simsiamLoss(p1: tf.Tensor2D, p2: tf.Tensor2D, z1: tf.Tensor2D, z2: tf.Tensor2D): { loss: tf.Scalar } {
  const loss = tf.tidy<tf.Scalar>(() => tf.mul(tf.add(meanCosine(p1, z2), meanCosine(p2, z1)), -0.5));
  return { loss };
}
