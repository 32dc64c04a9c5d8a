import { tf } from '@twoshot/engine';
import { meanCosine } from '../mean-cosine.js';

/**
 * BYOL (Grill et al. 2020, equation 2): mean of 2 - 2 cos(q1, z2) and mean of 2 - 2 cos(q2, z1), added or averaged.
 * The targets are constant to the gradient.
 *
 * @param q1 [batch, dim] predictions of the student from view 1, `q2` from view 2
 * @param z1 [batch, dim] projections of the teacher of view 1, `z2` of view 2
 */
export function byolLoss(
  q1: tf.Tensor2D,
  q2: tf.Tensor2D,
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  { symmetric = 'sum' }: { symmetric?: 'sum' | 'mean' } = {},
): { readonly loss: tf.Scalar } {
  const factor = symmetric === 'sum' ? 2 : 1;
  const loss = tf.tidy<tf.Scalar>(() => {
    const cosines = tf.add(meanCosine(q1, z2), meanCosine(q2, z1));
    return tf.mul(tf.sub(2, cosines), factor);
  });
  return { loss };
}
