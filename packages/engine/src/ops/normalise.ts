import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormOptions } from './batch-norm-result.js';
import { differentiable } from './differentiable.js';
import { flag, hasOwnKernels, runKernels, whole } from './native-kernel.js';
import { relu } from './relu.js';

/**
 * Batch normalisation with statistics that are given, as in evaluation, and what usually follows it:
 * `relu((x - mean) * scale + beta + residual)`, one pass over memory on the native engine.
 *
 * @param x `[..., channels]`
 * @param mean `[channels]`
 * @param scale `[channels]` the norm's own scale over the deviation
 * @param beta `[channels]` shift, or null for 0
 */
export function normalise<R extends tf.Rank>(
  x: tf.Tensor<R>,
  mean: tf.Tensor1D,
  scale: tf.Tensor1D,
  beta: tf.Tensor1D | null,
  options: BatchNormOptions<R> = {},
): tf.Tensor<R> {
  if (!hasOwnKernels()) return normaliseInSteps(x, mean, scale, beta, options);
  const residual = options.residual === undefined ? [] : [options.residual];
  const { relu: withRelu = false } = options;
  const inputs: Record<string, tf.Tensor> = {
    x,
    mean,
    scale,
    ...(beta && { beta }),
    ...(options.residual && { residual: options.residual }),
  };
  type Saved = [tf.Tensor<R>, tf.Tensor<R>, tf.Tensor1D, tf.Tensor1D];
  return differentiable({
    inputs,
    forward: (save: (tensors: Saved) => void): tf.Tensor<R> => {
      const shift: tf.Tensor1D = beta ?? tf.zerosLike(mean);
      const attributes = [whole('M', residual.length), flag('relu', withRelu)];
      const [y] = runKernels<[tf.Tensor<R>]>('TwoshotNormalise', attributes, [x, mean, scale, shift, ...residual], 1);
      save([x, y, mean, scale]);
      return y;
    },
    backward: (dy, [images, y, centre, factor]) => {
      const gradient: tf.Tensor = withRelu ? tf.mul(dy, tf.step(y)) : dy;
      const sum = (of: tf.Tensor): tf.Tensor => tf.sum(tf.reshape(of, [-1, centre.size]), 0);
      return {
        x: () => tf.mul(gradient, factor),
        mean: () => tf.neg(tf.mul(sum(gradient), factor)),
        scale: () => sum(tf.mul(gradient, tf.sub(images, centre))),
        beta: () => sum(gradient),
        residual: () => tf.clone(gradient),
      };
    },
  });
}

function normaliseInSteps<R extends tf.Rank>(
  x: tf.Tensor<R>,
  mean: tf.Tensor1D,
  scale: tf.Tensor1D,
  beta: tf.Tensor1D | null,
  options: BatchNormOptions<R>,
): tf.Tensor<R> {
  return tf.tidy(() => {
    const centre = tf.neg(tf.mul(mean, scale));
    const offset = beta === null ? centre : tf.add(centre, beta);
    const alone: tf.Tensor<R> = tf.add(tf.mul(x, scale), offset);
    const sum = options.residual === undefined ? alone : tf.add<tf.Tensor<R>>(alone, options.residual);
    return options.relu === true ? relu(sum) : sum;
  });
}
