import * as tf from '@tensorflow/tfjs-core';
import { NORMALISE, NORMALISE_GRADIENT } from '../backends/wasm/kernel-names.js';
import type { BatchNorm, BatchNormOptions } from './batch-norm-result.js';
import { differentiable } from './differentiable.js';

/** `batchNorm` in four passes over memory, by our own kernels. */
export function normaliseOnThreads<R extends tf.Rank>(
  x: tf.Tensor<R>,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
  { residual, relu = false }: BatchNormOptions<R>,
): BatchNorm<R> {
  const channels = x.shape[x.rank - 1] ?? 0;
  type Outputs = [tf.Tensor<R>, tf.Tensor1D, tf.Tensor1D];
  type Saved = [tf.Tensor<R>, tf.Tensor<R>, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
  const inputs: Record<string, tf.Tensor> = {
    x,
    ...(gamma && { gamma }),
    ...(beta && { beta }),
    ...(residual && { residual }),
  };
  const [y, mean, variance] = differentiable({
    inputs,
    forward: (save: (tensors: Saved) => void): Outputs => {
      const scale: tf.Tensor1D = gamma ?? tf.ones([channels]);
      const given = { x, gamma: scale, beta: beta ?? tf.zeros([channels]), ...(residual && { residual }) };
      const [output, centre, spread, inverse] = tf
        .engine()
        .runKernel<[...Outputs, tf.Tensor1D]>(NORMALISE, given, { epsilon, relu });
      // The output says where the rectifier was open; without one it is not read.
      save([x, relu ? output : x, scale, centre, inverse]);
      return [output, centre, spread];
    },
    backward: ([dy], [images, output, scale, centre, inverse]) => {
      const [dx, dgamma, dbeta, passed] = tf
        .engine()
        .runKernel<[tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]]>(
          NORMALISE_GRADIENT,
          { dy, x: images, y: output, gamma: scale, mean: centre, inverse },
          { relu, residual: relu && residual !== undefined },
        );
      return { x: () => dx, gamma: () => dgamma, beta: () => dbeta, residual: () => passed ?? tf.clone(dy) };
    },
  });
  return { y, mean, variance };
}
