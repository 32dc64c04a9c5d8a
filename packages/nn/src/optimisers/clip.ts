import { tf } from '@twoshot/engine';

/**
 * Scales all gradients by one factor where their common L2 norm exceeds `maximum`.
 *
 * @returns the gradients (new tensors) and the norm before.
 */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  maximum: number,
): { gradients: tf.Tensor[]; norm: tf.Scalar } {
  const { norm, clipped } = tf.tidy(() => {
    const squares = gradients.map((gradient) => gradient.square().sum<tf.Scalar>());
    const length = tf.addN(squares).sqrt();
    const factor = tf.scalar(maximum).div<tf.Scalar>(length.maximum(maximum));
    return { norm: length, clipped: gradients.map((gradient) => gradient.mul<tf.Tensor>(factor)) };
  });
  return { gradients: clipped, norm };
}
