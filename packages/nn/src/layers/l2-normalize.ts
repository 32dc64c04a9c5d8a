import { tf } from '@twoshot/engine';

/**
 * Rows of unit length: x / max(|x|, eps) over the last axis, as PyTorch's `normalize`. A row shorter than `eps` is
 * divided by the constant `eps`, so a row of zeros stays one.
 */
export function l2Normalize<T extends tf.Tensor>(x: T, eps = 1e-12): T {
  const normalise = tf.customGrad((given, save) => {
    const rows = given as tf.Tensor;
    const length = rows.square().sum(-1, true).sqrt();
    const bounded = length.maximum(eps);
    const value = rows.div(bounded);
    (save as tf.GradSaveFunc)([value, bounded, length.greaterEqual(eps).toFloat()]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [y, divisor, isLong]: tf.Tensor[]) =>
        dy.sub(y!.mul(y!.mul(dy).sum(-1, true).mul(isLong!))).div(divisor!),
    };
  });
  return normalise(x) as T;
}
