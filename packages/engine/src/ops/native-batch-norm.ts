import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { flag, float32, real, runKernels, text } from './native-kernel.js';

/** Output, mean, biased variance. */
type Outputs = [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];

/** Training-mode normalisation of `[batch, height, width, channels]` by TensorFlow's kernels. */
export function normaliseNatively(
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
    inputs: { x, ...(gamma && { gamma }), ...(beta && { beta }) },
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
