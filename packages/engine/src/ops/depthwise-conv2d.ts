import type * as tf from '@tensorflow/tfjs-core';
import type { Conv2dOptions } from './conv2d.js';
import { differentiable } from './differentiable.js';
import * as native from './native-depthwise-conv2d.js';
import { isNative } from './native-kernel.js';
import * as portable from './portable-depthwise-conv2d.js';
import { createWindow } from './window.js';

/**
 * Convolution of every channel with filters of its own.
 *
 * @param x `[batch, height, width, channels]`
 * @param filter `[height, width, channels, multiplier]`
 * @returns `[batch, height', width', channels * multiplier]`; output channel `c * multiplier + m`
 */
export function depthwiseConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, options: Conv2dOptions = {}): tf.Tensor4D {
  const [height, width, channels] = filter.shape;
  if (x.shape[3] !== channels) {
    throw new Error(
      `depthwiseConv2d: images [${x.shape.join(', ')}] do not fit the filter [${filter.shape.join(', ')}]`,
    );
  }
  const window = createWindow([height, width], options);
  // TensorFlow's kernels know one stride for both axes, and dilate only forwards.
  const simple = window.strides[0] === window.strides[1] && window.dilation.every((step) => step === 1);
  const kernels = isNative() && simple ? native : portable;
  return differentiable({
    inputs: { x, filter },
    forward: (save: (tensors: [tf.Tensor4D, tf.Tensor4D]) => void) => {
      save([x, filter]);
      return kernels.convolveDepthwise(x, filter, window);
    },
    backward: (dy, [images, weights]) => ({
      x: () => kernels.depthwiseInputGradient(dy, weights, images.shape, window),
      filter: () => kernels.depthwiseFilterGradient(dy, images, weights.shape, window),
    }),
  });
}
