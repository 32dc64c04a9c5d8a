import type * as tf from '@tensorflow/tfjs-core';
import { flag, hasFusedKernels, runKernels } from './native-kernel.js';
import type { Window } from './window.js';

type Shape4D = tf.Tensor4D['shape'];

/** Filters are transformed once a call, which few tiles of 4x4 outputs do not pay back. */
const FEWEST_TILES = 16;
/** Share of real cells in the tiles: with fewer, TensorFlow's direct convolution is as fast. */
const SMALLEST_SHARE = 0.6;
/** Channels come in vectors. */
const VECTOR = 16;

/**
 * Whether our own kernels (tools/native/winograd.h) take a convolution: 3x3 at stride 1 and padding 1 without groups,
 * channels in whole vectors, images that tiles of 4x4 cover well.
 */
export function suitsWinograd([batch, height, width, channels]: Shape4D, filter: Shape4D, window: Window): boolean {
  const ones = [...window.strides, ...window.dilation, ...window.padding.flat()];
  if (filter[0] !== 3 || filter[1] !== 3 || filter[2] !== channels || ones.some((value) => value !== 1)) return false;
  if (channels % VECTOR !== 0 || filter[3] % VECTOR !== 0) return false;
  const tiles = Math.ceil(height / 4) * Math.ceil(width / 4);
  if (batch * tiles < FEWEST_TILES || height * width < SMALLEST_SHARE * 16 * tiles) return false;
  return hasFusedKernels();
}

/** `[batch, height, width, in]` and `[3, 3, in, out]` to `[batch, height, width, out]`. */
export function convolve(x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  return runKernels<[tf.Tensor4D]>('TwoshotWinograd', [flag('turned', false)], [x, filter], 1)[0];
}

/** The gradient of `convolve` for its images: the same with the filter turned by half a turn. */
export function convolveInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  return runKernels<[tf.Tensor4D]>('TwoshotWinograd', [flag('turned', true)], [dy, filter], 1)[0];
}

/** The gradient of `convolve` for its filter. */
export function convolveFilterGradient(dy: tf.Tensor4D, x: tf.Tensor4D): tf.Tensor4D {
  return runKernels<[tf.Tensor4D]>('TwoshotWinogradFilterGrad', [], [x, dy], 1)[0];
}
