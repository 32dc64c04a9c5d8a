import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { flag, float32, isNative, real, runKernels, text } from './native-kernel.js';

export interface BatchNorm<R extends tf.Rank> {
  /** Normalised, scaled and shifted; gradients flow through it, the statistics included. */
  readonly y: tf.Tensor<R>;
  /** `[channels]`, mean over all axes but the last; no gradient flows through it. */
  readonly mean: tf.Tensor1D;
  /** `[channels]`, biased variance (divided by n); no gradient flows through it. */
  readonly variance: tf.Tensor1D;
}

/** Output, mean, biased variance. */
type Outputs = [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];

/**
 * Batch normalisation with the statistics of the batch (Ioffe and Szegedy 2015), as in training.
 *
 * @param x `[..., channels]`
 * @param gamma `[channels]` scale, or null for 1
 * @param beta `[channels]` shift, or null for 0
 * @param epsilon added to the variance
 */
export function batchNorm<R extends tf.Rank>(
  x: tf.Tensor<R>,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
): BatchNorm<R> {
  const channels = x.shape[x.rank - 1];
  if (channels === undefined) throw new Error('batchNorm: a scalar has no channels');
  const [rows, columns] = x.rank === 4 ? [x.shape[1] ?? 1, x.shape[2] ?? 1] : [1, 1];
  const images: tf.Tensor4D = tf.reshape(x, [-1, rows, columns, channels]);
  const normalise = isNative() ? normaliseNatively : normalisePortably;
  const [y, mean, variance] = normalise(images, gamma, beta, epsilon);
  return { y: tf.reshape(y, x.shape), mean, variance };
}

/** The tensors that gradients are wanted for, by name. */
function inputsOf(x: tf.Tensor4D, gamma: tf.Tensor1D | null, beta: tf.Tensor1D | null): Record<string, tf.Tensor> {
  return { x, ...(gamma && { gamma }), ...(beta && { beta }) };
}

function normaliseNatively(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
): Outputs {
  const channels = x.shape[3];
  const rows = x.size / channels;
  const attributes = [
    float32('T'),
    float32('U'),
    real('epsilon', epsilon),
    text('data_format', 'NHWC'),
    flag('is_training', true),
  ];
  type Saved = [tf.Tensor4D, tf.Tensor1D, tf.Tensor, tf.Tensor, tf.Tensor];
  return differentiable({
    inputs: inputsOf(x, gamma, beta),
    forward: (save: (tensors: Saved) => void): Outputs => {
      const scale: tf.Tensor1D = gamma ?? tf.ones([channels]);
      const none = tf.tensor1d([]);
      const [y, mean, unbiased, first, second, third] = runKernels<
        [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor, tf.Tensor, tf.Tensor]
      >(
        'FusedBatchNormV3',
        [...attributes, real('exponential_avg_factor', 1)],
        [x, scale, beta ?? tf.zeros([channels]), none, none],
        6,
      );
      save([x, scale, first, second, third]);
      return [y, mean, tf.mul(unbiased, (rows - 1) / rows)];
    },
    backward: ([dy], [images, scale, first, second, third]) => {
      const [dx, dgamma, dbeta] = runKernels<[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]>(
        'FusedBatchNormGradV3',
        attributes,
        [dy, images, scale, first, second, third],
        5,
      );
      return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
    },
  });
}

function normalisePortably(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
): Outputs {
  const channels = x.shape[3];
  type Saved = [tf.Tensor2D, tf.Tensor1D];
  return differentiable({
    inputs: inputsOf(x, gamma, beta),
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
