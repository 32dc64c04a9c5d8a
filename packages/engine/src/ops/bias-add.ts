import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { float32, isNative, runKernels, text } from './native-kernel.js';

/**
 * Adds one number a channel.
 *
 * @param x `[..., channels]`, of rank 2 or more
 * @param bias `[channels]`
 */
export function biasAdd<T extends tf.Tensor>(x: T, bias: tf.Tensor1D): T {
  const native = isNative();
  const layout = text('data_format', 'NHWC');
  return differentiable({
    inputs: { x, bias },
    forward: (): T => (native ? runKernels<[T]>('BiasAdd', [float32(), layout], [x, bias], 1)[0] : tf.add(x, bias)),
    backward: (dy) => ({
      x: () => tf.clone(dy),
      bias: () =>
        native
          ? runKernels<[tf.Tensor]>('BiasAddGrad', [float32(), layout], [dy], 1)[0]
          : tf.sum(tf.reshape(dy, [-1, bias.size]), 0),
    }),
  });
}
