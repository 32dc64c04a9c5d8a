import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';

/** Output, mean, biased variance. */
type Outputs = [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];

/** Training-mode normalisation of `[batch, height, width, channels]` on any backend. */
export function normalisePortably(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
): Outputs {
  const channels = x.shape[3];
  type Saved = [tf.Tensor2D, tf.Tensor1D];
  return differentiable({
    inputs: { x, ...(gamma && { gamma }), ...(beta && { beta }) },
    forward: (save: (tensors: Saved) => void): Outputs => {
      const rows: tf.Tensor2D = tf.reshape(x, [-1, channels]);
      const mean: tf.Tensor1D = tf.mean(rows, 0);
      const centred: tf.Tensor2D = tf.sub(rows, mean);
      const variance: tf.Tensor1D = tf.mean(tf.square(centred), 0);
      const inverse: tf.Tensor1D = tf.rsqrt(tf.add(variance, epsilon));
      const normalised: tf.Tensor2D = tf.mul(centred, inverse);
      save([normalised, gamma === null ? inverse : tf.mul(inverse, gamma)]);
      const scaled = gamma === null ? normalised : tf.mul(normalised, gamma);
      return [tf.reshape(beta === null ? scaled : tf.add(scaled, beta), x.shape), mean, variance];
    },
    backward: ([dy], [normalised, scale]) => {
      const rows = tf.reshape(dy, [-1, channels]);
      const dbeta = tf.sum(rows, 0);
      const dgamma = tf.sum(tf.mul(rows, normalised), 0);
      const count = x.size / channels;
      return {
        x: () => {
          const along = tf.mul(normalised, tf.div(dgamma, count));
          return tf.reshape(tf.mul(tf.sub(tf.sub(rows, tf.div(dbeta, count)), along), scale), x.shape);
        },
        gamma: () => dgamma,
        beta: () => dbeta,
      };
    },
  });
}
