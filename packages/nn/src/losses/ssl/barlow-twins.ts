import { tf } from '@twoshot/engine';

export interface BarlowTwinsOptions {
  /** Weight of what is off the diagonal. */
  readonly lambda: number;
  /** Factor of the whole loss. */
  readonly scale: number;
  /** Added to the variance. */
  readonly eps: number;
}

/**
 * Barlow Twins (Zbontar et al. 2021, equation 1): the correlation matrix of the dimensions of two views, which are
 * standardised over the batch with the biased variance, is drawn to the identity:
 * scale (sum of (C_ii - 1)^2 + lambda sum of C_ij^2 off the diagonal).
 *
 * @param z1 [batch, dim] embeddings of view 1, `z2` of view 2
 * @returns the loss and the correlation matrix [dim, dim]
 */
export function barlowTwinsLoss(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  { lambda = 0.005, scale = 0.1, eps = 1e-5 }: Partial<BarlowTwinsOptions> = {},
): { readonly loss: tf.Scalar; readonly correlation: tf.Tensor2D } {
  const [batch, dim] = z1.shape;
  return tf.tidy(() => {
    const product = tf.matMul(standardise(z1, eps), standardise(z2, eps), true, false);
    const correlation = tf.div<tf.Tensor2D>(product, batch);
    const identity = tf.eye(dim);
    const weights = tf.add(tf.mul(identity, scale * (1 - lambda)), scale * lambda);
    const loss = tf.sum<tf.Scalar>(tf.mul(weights, tf.squaredDifference(correlation, identity)));
    return { loss, correlation };
  });
}

function standardise(z: tf.Tensor2D, eps: number): tf.Tensor2D {
  const centred = tf.sub<tf.Tensor2D>(z, tf.mean(z, 0, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), 0, true), eps)));
}
