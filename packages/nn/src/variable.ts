import { tf } from '@twoshot/engine';

/** A variable with its own memory: nothing else has to be disposed. */
export function variableOf<R extends tf.Rank = tf.Rank>(
  shape: tf.ShapeMap[R],
  values: Float32Array | number,
  trainable = true,
): tf.Variable<R> {
  return tf.tidy(() =>
    tf.variable(typeof values === 'number' ? tf.fill<R>(shape, values) : tf.tensor<R>(values, shape), trainable),
  );
}
