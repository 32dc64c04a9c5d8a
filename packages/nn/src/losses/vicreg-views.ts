import { tf } from '@twoshot/engine';

export interface VicregViewsOptions {
  /** Views of every image. */
  readonly views: number;
  /** Weight of the squared distance of the views from their mean. */
  readonly similarity?: number;
  readonly variance?: number;
  readonly covariance?: number;
  /** Target deviation of every dimension. */
  readonly gamma?: number;
  readonly eps?: number;
}

export interface VicregViewsLoss {
  readonly loss: tf.Scalar;
  readonly invariance: tf.Scalar;
  readonly variance: tf.Scalar;
  readonly covariance: tf.Scalar;
}

/**
 * VICReg (Bardes et al. 2022) for any number of views: the invariance term is twice the mean squared distance of the
 * views from their mean (half the pair's for two views), variance and covariance terms are per view and averaged.
 *
 * @param z [views x images, dim] embeddings, view-major
 */
export function vicregViewsLoss(z: tf.Tensor2D, options: VicregViewsOptions): VicregViewsLoss {
  const { views, gamma = 1, eps = 1e-4 } = options;
  const { similarity = 25, variance: spread = 25, covariance: decorrelation = 1 } = options;
  const [rows, dim] = z.shape;
  const images = rows / views;
  if (!Number.isInteger(images)) throw new RangeError(`${rows} embeddings are not ${views} views of some images`);
  const perView = z.reshape<tf.Tensor3D>([views, images, dim]);
  const invariance = perView.sub(perView.mean(0, true)).square().mean<tf.Scalar>().mul<tf.Scalar>(2);
  const centred = perView.sub<tf.Tensor3D>(perView.mean(1, true));
  const variances = centred
    .square()
    .sum<tf.Tensor2D>(1)
    .div<tf.Tensor2D>(images - 1);
  const variance = tf.relu(tf.scalar(gamma).sub(variances.add(eps).sqrt())).mean<tf.Scalar>();
  // The squared entries of Z'Z and of ZZ' have one sum: take the smaller of the two matrices.
  const products = images < dim ? tf.matMul(centred, centred, false, true) : tf.matMul(centred, centred, true, false);
  const all = products
    .square()
    .sum<tf.Scalar>()
    .div<tf.Scalar>((images - 1) ** 2);
  const covariance = all.sub<tf.Scalar>(variances.square().sum()).div<tf.Scalar>(dim * views);
  const loss = invariance
    .mul<tf.Scalar>(similarity)
    .add<tf.Scalar>(variance.mul(spread))
    .add<tf.Scalar>(covariance.mul(decorrelation));
  return { loss, invariance, variance, covariance };
}
