import { tf } from '@twoshot/engine';
import { closedForm } from '../closed-form.js';

export interface VicregOptions {
  readonly simWeight: number;
  readonly varWeight: number;
  readonly covWeight: number;
  /** Deviation that every dimension should have. */
  readonly gamma: number;
  /** Added to the variance. */
  readonly eps: number;
}

/**
 * VICReg (Bardes et al. 2022, equations 1-6) for two views or more. Invariance: mean squared difference, over all
 * pairs of views. Variance: mean over views and dimensions of relu(gamma - sqrt(var + eps)). Covariance: sum of the
 * squared covariances off the diagonal over dim, mean over the views times 2, so that two views give their sum.
 * Variances and covariances are unbiased.
 *
 * @param z [views, batch, dim] embeddings, at least two views of at least two rows
 * @returns the loss and its three parts before weighting
 */
export function vicregLoss(
  z: tf.Tensor3D,
  options: Partial<VicregOptions> = {},
): {
  readonly loss: tf.Scalar;
  readonly invariance: number;
  readonly variance: number;
  readonly covariance: number;
} {
  const { simWeight = 25, varWeight = 25, covWeight = 1, gamma = 1, eps = 1e-4 } = options;
  const [views, batch, dim] = z.shape;
  return closedForm([z], () => {
    // Over pairs of views, the sum of (a - b)^2 is `views` times the sum of squares around the mean of the views.
    const apart = tf.sub(z, tf.mean(z, 0, true));
    const perSquare = 2 / ((views - 1) * batch * dim);
    const centred = tf.sub<tf.Tensor3D>(z, tf.mean(z, 1, true));
    // Z'Z and ZZ' have one sum of squares: the smaller of the two does for value and gradient.
    const wide = batch < dim;
    const products = tf.matMul<tf.Tensor3D>(centred, centred, !wide, wide);
    const squares = tf.sum(tf.square(centred), 1).dataSync();
    const perProduct = 2 / (views * dim * (batch - 1) ** 2);
    let [variance, onDiagonal] = [0, 0];
    // The gradient of both terms is a multiple of the centred values of each dimension.
    const pull = new Float32Array(views * dim);
    for (const [at, sum] of squares.entries()) {
      const deviation = Math.sqrt(sum / (batch - 1) + eps);
      onDiagonal += sum * sum;
      pull[at] = -covWeight * 4 * perProduct * sum;
      if (deviation >= gamma) continue;
      variance += (gamma - deviation) / (views * dim);
      pull[at] -= varWeight / (views * dim * (batch - 1) * deviation);
    }
    const invariance = sumOfSquares(apart) * perSquare;
    const covariance = (sumOfSquares(products) - onDiagonal) * perProduct;
    return {
      loss: simWeight * invariance + varWeight * variance + covWeight * covariance,
      parts: { invariance, variance, covariance },
      keep: [apart, centred, products],
      gradients: (upstream, kept) => {
        const [from, around, matrix] = kept as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
        const mixed = wide ? tf.matMul(matrix, around) : tf.matMul(around, matrix);
        return [
          tf.addN([
            tf.mul(from, upstream * simWeight * 2 * perSquare),
            tf.mul(mixed, upstream * covWeight * 4 * perProduct),
            tf.mul(
              around,
              tf.tensor3d(
                pull.map((value) => upstream * value),
                [views, 1, dim],
              ),
            ),
          ]),
        ];
      },
    };
  });
}

const sumOfSquares = (x: tf.Tensor): number => tf.sum(tf.square(x)).dataSync()[0]!;
