import type { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { stopGradient } from '../../stop-gradient.js';

/**
 * SimSiam (Chen and He 2021, algorithm 1): mean of -cos(p1, z2) and -cos(p2, z1), targets constant to the gradient.
 *
 * @param p1 [batch, dim] predictions from view 1, `p2` from view 2
 * @param z1 [batch, dim] projections of view 1, `z2` of view 2
 * @returns in -1..1; -1 where predictions and targets point the same way
 */
export function simsiamLoss(p1: tf.Tensor2D, p2: tf.Tensor2D, z1: tf.Tensor2D, z2: tf.Tensor2D): { loss: tf.Scalar } {
  const towards = (p: tf.Tensor2D, z: tf.Tensor2D): tf.Scalar =>
    l2Normalize(p)
      .mul(l2Normalize(stopGradient(z)))
      .sum(1)
      .mean();
  return { loss: towards(p1, z2).add<tf.Scalar>(towards(p2, z1)).mul(-0.5) };
}
