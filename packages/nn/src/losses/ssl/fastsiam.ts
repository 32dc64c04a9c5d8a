import { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { meanCosine } from '../mean-cosine.js';

/**
 * FastSiam (Pototzky et al. 2022): mean over the views of -cos(p, mean of the other views' z), the targets constant to
 * the gradient.
 *
 * @param p [views, batch, dim] predictions
 * @param z [views, batch, dim] projections
 * @param options `normalizeTargets`: the projections are L2-normalised before their mean
 */
export function fastSiamLoss(
  p: tf.Tensor3D,
  z: tf.Tensor3D,
  { normalizeTargets = false }: { normalizeTargets?: boolean } = {},
): { readonly loss: tf.Scalar } {
  const loss = tf.tidy<tf.Scalar>(() => {
    const each = normalizeTargets ? l2Normalize(z) : z;
    // The length of a target does not matter to a cosine, so the sum of the others does for their mean.
    const others = tf.sub(tf.sum(each, 0, true), each);
    return tf.neg(meanCosine(p, others));
  });
  return { loss };
}
