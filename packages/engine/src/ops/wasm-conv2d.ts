import * as tf from '@tensorflow/tfjs-core';
import { padsOf, type Window } from './window.js';

type Shape4D = tf.Tensor4D['shape'];

/** `[batch, height, width, in]` and `[height, width, in, out]` to `[batch, height', width', out]`. */
export function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2D, { x, filter }, attributesOf(window));
}

/** The gradient of `convolve` for its images, of shape `images`. */
export function convolveInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  images: Shape4D,
  window: Window,
): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, { ...attributesOf(window), inputShape: images });
}

/** The gradient of `convolve` for its filter, of shape `filter`. */
export function convolveFilterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, filter: Shape4D, window: Window): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...attributesOf(window), filterShape: filter });
}

const attributesOf = ({ strides, padding, dilation }: Window) => ({
  strides: [...strides],
  pad: padsOf(padding),
  dilations: [...dilation],
  dataFormat: 'NHWC',
});
