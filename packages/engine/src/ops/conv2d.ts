import type * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable.js';
import * as native from './native-conv2d.js';
import { isNative } from './native-kernel.js';
import * as portable from './portable-conv2d.js';
import * as wasm from './wasm-conv2d.js';
import { isWasm } from './wasm-kernel.js';
import { createWindow, type Padding, type Pair, type Window } from './window.js';

export interface Conv2dOptions {
  /** `[height, width]`; default `[1, 1]`. */
  readonly strides?: Pair;
  /** Zeros `[[top, bottom], [left, right]]`; default none. */
  readonly padding?: Padding;
  /** `[height, width]`; default `[1, 1]`. */
  readonly dilation?: Pair;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in deep learning).
 *
 * @param x `[batch, height, width, in]`
 * @param filter `[height, width, in, out]`
 * @returns `[batch, height', width', out]`, sizes rounded down
 */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, options: Conv2dOptions = {}): tf.Tensor4D {
  const [height, width, channels] = filter.shape;
  if (x.shape[3] !== channels) {
    throw new Error(`conv2d: images [${x.shape.join(', ')}] do not fit the filter [${filter.shape.join(', ')}]`);
  }
  const window = createWindow([height, width], options);
  const notNative = isWasm() ? wasm : portable;
  const kernels = isNative() ? native : notNative;
  return convolveBy(kernels, x, filter, window);
}

/** A convolution with the gradients of its kernels, which may be ones that take a filter of groups. */
export function convolveBy(kernels: typeof native, x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  return differentiable({
    inputs: { x, filter },
    forward: (save: (tensors: [tf.Tensor4D, tf.Tensor4D]) => void) => {
      save([x, filter]);
      return kernels.convolve(x, filter, window);
    },
    backward: (dy, [images, weights]) => ({
      x: () => kernels.convolveInputGradient(dy, weights, images.shape, window),
      filter: () => kernels.convolveFilterGradient(dy, images, weights.shape, window),
    }),
  });
}
