import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { float32, isNative, runKernels } from './native-kernel.js';

/** `min(max(x, 0), 6)`, with gradient 0 at 0 and at 6. */
export function relu6<T extends tf.Tensor>(x: T): T {
  const native = isNative();
  return differentiable({
    inputs: { x },
    forward: (save: (tensors: [T]) => void): T => {
      const y: T = native ? runKernels<[T]>('Relu6', [float32()], [x], 1)[0] : tf.relu6(x);
      save([y]);
      return y;
    },
    backward: (dy, [y]) => ({
      x: () =>
        native
          ? runKernels<[T]>('Relu6Grad', [float32()], [dy, y], 1)[0]
          : tf.mul(dy, tf.mul(tf.step(y), tf.step(tf.sub(6, y)))),
    }),
  });
}
