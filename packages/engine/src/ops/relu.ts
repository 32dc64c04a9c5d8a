import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { float32, isNative, runKernels } from './native-kernel.js';

/**
 * `max(x, 0)`, with gradient 0 at 0.
 *
 * One kernel forwards and one backwards; the gradient of `tf.relu` takes four.
 */
export function relu<T extends tf.Tensor>(x: T): T {
  const native = isNative();
  return differentiable({
    inputs: { x },
    forward: (save: (tensors: [T]) => void): T => {
      const y: T = native ? runKernels<[T]>('Relu', [float32()], [x], 1)[0] : tf.relu(x);
      save([y]);
      return y;
    },
    backward: (dy, [y]) => ({
      x: () => (native ? runKernels<[T]>('ReluGrad', [float32()], [dy, y], 1)[0] : tf.mul(dy, tf.step(y))),
    }),
  });
}
