import * as tf from '@tensorflow/tfjs-core';
import type { BatchNorm, BatchNormOptions } from './batch-norm-result.js';
import { hasOwnKernels, isNative } from './native-kernel.js';
import { normaliseNatively } from './native-batch-norm.js';
import { normaliseFused } from './fused-batch-norm.js';
import { normalisePortably } from './portable-batch-norm.js';
import { relu } from './relu.js';
import { normaliseOnThreads } from './wasm-batch-norm.js';
import { isWasm } from './wasm-kernel.js';

/**
 * Batch normalisation with the statistics of the batch (Ioffe and Szegedy 2015), as in training, and what usually
 * follows it: `relu(norm(x) + residual)`. In one call this takes half the time of three on the native engine.
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
  options: BatchNormOptions<R> = {},
): BatchNorm<R> {
  const channels = x.shape[x.rank - 1];
  if (channels === undefined) throw new Error('batchNorm: a scalar has no channels');
  if (hasOwnKernels()) return normaliseFused(x, gamma, beta, epsilon, options);
  if (isWasm()) return normaliseOnThreads(x, gamma, beta, epsilon, options);
  return normaliseInSteps(x, channels, gamma, beta, epsilon, options);
}

function normaliseInSteps<R extends tf.Rank>(
  x: tf.Tensor<R>,
  channels: number,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
  options: BatchNormOptions<R>,
): BatchNorm<R> {
  const [rows, columns] = x.rank === 4 ? [x.shape[1] ?? 1, x.shape[2] ?? 1] : [1, 1];
  const images: tf.Tensor4D = tf.reshape(x, [-1, rows, columns, channels]);
  const normalise = isNative() ? normaliseNatively : normalisePortably;
  const [normalised, mean, variance] = normalise(images, gamma, beta, epsilon);
  const y = tf.tidy(() => {
    const alone: tf.Tensor<R> = tf.reshape(normalised, x.shape);
    const sum = options.residual === undefined ? alone : tf.add<tf.Tensor<R>>(alone, options.residual);
    return options.relu === true ? relu(sum) : sum;
  });
  tf.dispose([images, normalised]);
  return { y, mean, variance };
}
