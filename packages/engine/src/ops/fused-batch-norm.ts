import * as tf from '@tensorflow/tfjs-core';
import type { BatchNorm, BatchNormOptions } from './batch-norm-result.js';
import { differentiable } from './differentiable.js';
import { flag, real, runKernels, whole } from './native-kernel.js';

/** `batchNorm` by our own kernels (tools/native/batch_norm.cc). */
export function normaliseFused<R extends tf.Rank>(
  x: tf.Tensor<R>,
  gamma: tf.Tensor1D | null,
  beta: tf.Tensor1D | null,
  epsilon: number,
  options: BatchNormOptions<R>,
): BatchNorm<R> {
  const channels = x.shape[x.rank - 1] ?? 0;
  const residual = options.residual === undefined ? [] : [options.residual];
  const { relu = false } = options;
  type Outputs = [tf.Tensor<R>, tf.Tensor1D, tf.Tensor1D];
  type Saved = [tf.Tensor<R>, tf.Tensor<R>, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
  const inputs: Record<string, tf.Tensor> = {
    x,
    ...(gamma && { gamma }),
    ...(beta && { beta }),
    ...(options.residual && { residual: options.residual }),
  };
  const [y, mean, variance] = differentiable({
    inputs,
    forward: (save: (tensors: Saved) => void): Outputs => {
      const scale: tf.Tensor1D = gamma ?? tf.ones([channels]);
      const [output, centre, spread, inverse] = runKernels<[...Outputs, tf.Tensor1D]>(
        'TwoshotBatchNorm',
        [whole('M', residual.length), real('epsilon', epsilon), flag('relu', relu)],
        [x, scale, beta ?? tf.zeros([channels]), ...residual],
        4,
      );
      // The output says where the rectifier was open; without one it is not read.
      save([x, relu ? output : x, scale, centre, inverse]);
      return [output, centre, spread];
    },
    backward: ([dy], saved) => {
      const ownResidual = relu ? residual.length : 0;
      const [dx, dgamma, dbeta, ...rest] = runKernels<[tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]]>(
        'TwoshotBatchNormGrad',
        [whole('M', ownResidual), flag('relu', relu)],
        [dy, ...saved],
        ownResidual === 0 ? 3 : 4,
      );
      return { x: () => dx, gamma: () => dgamma, beta: () => dbeta, residual: () => rest[0] ?? tf.clone(dy) };
    },
  });
  return { y, mean, variance };
}
