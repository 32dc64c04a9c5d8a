import { tf } from '@twoshot/engine';

/**
 * Mean binary cross-entropy of logits, and the share of them on the right side of 0.
 *
 * @param logits [pairs]
 * @param targets [pairs] 0 or 1
 */
export function binaryCrossEntropy(
  logits: tf.Tensor1D,
  targets: ArrayLike<number>,
): { readonly loss: tf.Scalar; readonly accuracy: tf.Scalar } {
  return tf.tidy(() => {
    const wanted = tf.tensor1d(Float32Array.from(targets));
    const bounded = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
    const loss = tf.mean<tf.Scalar>(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, wanted)), bounded));
    const predicted = tf.cast(tf.greater(logits, 0), 'float32');
    return { loss, accuracy: tf.sub<tf.Scalar>(1, tf.mean(tf.abs(tf.sub(predicted, wanted)))) };
  });
}
