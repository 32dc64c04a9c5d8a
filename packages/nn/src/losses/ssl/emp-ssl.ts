import { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { closedForm } from '../closed-form.js';
import { invertPositive } from '../invert-positive.js';

export interface EmpSslOptions {
  /** Of the coding rate; 0.2 in the authors' program, which the paper writes as its square. */
  readonly eps: number;
  readonly codingRateWeight: number;
  readonly invarianceWeight: number;
  /** L2-normalise the rows first. */
  readonly normalize: boolean;
}

/**
 * EMP-SSL (Tong et al. 2023): views of an image should lie at their mean while the rows of every view fill all directions:
 * -codingRateWeight (mean over the views of log det(I + dim / (batch eps) Z' Z) / 2) - invarianceWeight (mean cosine of a row
 * and the mean of its views).
 *
 * @param z [views, batch, dim] projections
 * @returns the loss and its two terms before they are weighed
 */
export function empSslLoss(
  z: tf.Tensor3D,
  options: Partial<EmpSslOptions> = {},
): { readonly loss: tf.Scalar; readonly codingRate: tf.Scalar; readonly similarity: tf.Scalar } {
  const { eps = 0.2, codingRateWeight = 1, invarianceWeight = 200, normalize = true } = options;
  return tf.tidy(() => {
    const rows = normalize ? l2Normalize(z) : z;
    const codingRate = meanCodingRate(rows, eps);
    const centre = l2Normalize(tf.mean(rows, 0, true));
    const [views, batch] = z.shape;
    const similarity = tf.div<tf.Scalar>(tf.sum(tf.mul(l2Normalize(rows), centre)), views * batch);
    const loss = tf.add<tf.Scalar>(tf.mul(codingRate, -codingRateWeight), tf.mul(similarity, -invarianceWeight));
    return { loss, codingRate, similarity };
  });
}

/** Mean over the views of log det(I + c Z' Z) / 2; its gradient is c (I + c Z Z')^-1 Z. */
function meanCodingRate(z: tf.Tensor3D, eps: number): tf.Scalar {
  const [views, batch, dim] = z.shape;
  const factor = dim / (batch * eps);
  return closedForm([z], () => {
    // Z'Z and ZZ' have one determinant: the smaller of the two does for value and gradient.
    const wide = batch < dim;
    const side = wide ? batch : dim;
    const products = tf.matMul<tf.Tensor3D>(z, z, !wide, wide).dataSync();
    const inverses = new Float32Array(views * side * side);
    let sum = 0;
    for (let view = 0; view < views; view++) {
      const [from, to] = [view * side * side, (view + 1) * side * side];
      const matrix = Float64Array.from(products.subarray(from, to), (value) => factor * value);
      for (let at = 0; at < matrix.length; at += side + 1) matrix[at]! += 1;
      const { inverse, logDeterminant } = invertPositive(matrix, side);
      inverses.set(inverse, from);
      sum += logDeterminant / 2;
    }
    return {
      loss: sum / views,
      parts: {},
      keep: [tf.clone(z)],
      gradients(upstream, [kept]) {
        const inverse = tf.tensor3d(inverses, [views, side, side]);
        const pulled = wide ? tf.matMul(inverse, kept!) : tf.matMul(kept!, inverse);
        return [tf.mul(pulled, (upstream * factor) / views)];
      },
    };
  }).loss;
}
