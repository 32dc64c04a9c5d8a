import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import { flag, float32, isNative, runKernels, shapeTensor } from './native-kernel.js';
import type { Pair } from './window.js';

/**
 * Bilinear resize with half-pixel centres and no anti-aliasing (PyTorch's `interpolate` with `align_corners=False`).
 *
 * @param x `[batch, height, width, channels]`
 * @param size `[height', width']`
 */
export function resizeBilinear(x: tf.Tensor4D, size: Pair): tf.Tensor4D {
  return isNative() ? resizeNatively(x, size) : tf.tidy(() => resizePortably(x, size));
}

function resizeNatively(x: tf.Tensor4D, [height, width]: Pair): tf.Tensor4D {
  const attributes = [float32(), flag('align_corners', false), flag('half_pixel_centers', true)];
  return differentiable({
    inputs: { x },
    forward: (save: (tensors: [tf.Tensor4D]) => void): tf.Tensor4D => {
      save([x]);
      return runKernels<[tf.Tensor4D]>('ResizeBilinear', attributes, [x, shapeTensor([height, width])], 1)[0];
    },
    backward: (dy, [images]) => ({
      x: () => runKernels<[tf.Tensor]>('ResizeBilinearGrad', attributes, [dy, images], 1)[0],
    }),
  });
}

/** As two products with sparse matrices, one an axis, since tfjs's own gradient ignores half-pixel centres. */
function resizePortably(x: tf.Tensor4D, [height, width]: Pair): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const down = interpolation(rows, height);
  const across = interpolation(columns, width);
  const tall = tf.matMul(spreadOver(down, batch), tf.reshape(x, [batch, rows, columns * channels]));
  const wide = tf.matMul(spreadOver(across, batch * height), tf.reshape(tall, [batch * height, columns, channels]));
  return tf.reshape(wide, [batch, height, width, channels]);
}

function spreadOver(matrix: tf.Tensor2D, batch: number): tf.Tensor3D {
  const [rows, columns] = matrix.shape;
  return tf.tile(tf.reshape(matrix, [1, rows, columns]), [batch, 1, 1]);
}

/** `[output, input]`: row i holds the weights of the inputs in output i. */
function interpolation(input: number, output: number): tf.Tensor2D {
  const weights = new Float32Array(output * input);
  for (let row = 0; row < output; row++) {
    const centre = Math.max(0, ((row + 0.5) * input) / output - 0.5);
    const low = Math.min(Math.floor(centre), input - 1);
    const high = Math.min(low + 1, input - 1);
    const share = centre - low;
    weights[row * input + low] = (weights[row * input + low] ?? 0) + 1 - share;
    weights[row * input + high] = (weights[row * input + high] ?? 0) + share;
  }
  return tf.tensor2d(weights, [output, input]);
}
