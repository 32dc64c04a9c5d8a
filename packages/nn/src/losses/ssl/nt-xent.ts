import { tf } from '@twoshot/engine';
import { supConLoss } from '../metric/sup-con.js';

/**
 * NT-Xent of SimCLR (Chen et al. 2020, equation 1): over 2 batch views the other view of the same row is the target
 * among all other views. It is the supervised contrastive loss in which every row is a class of its own.
 *
 * @param z1 [batch, dim] projections of view 1, `z2` of view 2; normalised inside
 */
export function ntXentLoss(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  { temperature = 0.5 }: { temperature?: number } = {},
): { readonly loss: tf.Scalar } {
  const [batch] = z1.shape;
  const rows = Int32Array.from({ length: 2 * batch }, (_, view) => view % batch);
  return { loss: tf.tidy(() => supConLoss(tf.concat([z1, z2]), rows, { temperature }).loss) };
}
