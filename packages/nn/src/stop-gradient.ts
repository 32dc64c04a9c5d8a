import { tf } from '@twoshot/engine';

const stopped = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
}));

/** The same values, as a constant to the gradient. */
export const stopGradient = <T extends tf.Tensor>(x: T): T => stopped(x) as T;
