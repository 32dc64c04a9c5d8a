import * as tf from '@tensorflow/tfjs-core';
import { spreadOut } from './strided-cells.js';
import { padsOf, spanOf, type Window } from './window.js';

type Shape4D = tf.Tensor4D['shape'];

/** `[batch, height, width, in]` and `[height, width, in, out]` to `[batch, height', width', out]`. */
export function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  return correlate(tf.pad(x, padsOf(window.padding)), filter, window.strides, window.dilation);
}

/**
 * The gradient of `convolve` for its images: a convolution of the output's gradient, spread by the strides, with the
 * filter turned by half a turn.
 */
export function convolveInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  images: Shape4D,
  window: Window,
): tf.Tensor4D {
  const spread = spreadOut(dy, window.strides);
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return correlate(fitForInput(spread, images, window), turned, [1, 1], window.dilation);
}

/** The gradient of `convolve` for its filter: images and output gradients convolved, with batch and channels swapped. */
export function convolveFilterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, filter: Shape4D, window: Window): tf.Tensor4D {
  const [height, width, channels, outputs] = filter;
  const images = tf.transpose(tf.pad(x, padsOf(window.padding)), [3, 1, 2, 0]);
  const gradients = tf.transpose(dy, [1, 2, 0, 3]);
  // No backend strides and dilates at once, so that one of the two is written out.
  const dilated = window.dilation.some((step) => step > 1);
  const products = dilated
    ? correlate(images, tf.transpose(spreadOut(dy, window.strides), [1, 2, 0, 3]), window.dilation, [1, 1])
    : correlate(images, gradients, [1, 1], window.strides);
  return tf.transpose(tf.slice4d(products, [0, 0, 0, 0], [channels, height, width, outputs]), [1, 2, 0, 3]);
}

/** Pads or crops spread gradients so that a full convolution yields exactly the cells of the images. */
export function fitForInput(spread: tf.Tensor4D, images: Shape4D, window: Window): tf.Tensor4D {
  const [batch, , , channels] = spread.shape;
  const edge = (axis: 0 | 1): readonly [number, number, number] => {
    const span = spanOf(window, axis);
    const length = images[axis + 1] ?? 0;
    const before = span - 1 - window.padding[axis][0];
    return [before, length + span - 1 - before - (spread.shape[axis + 1] ?? 0), length + span - 1];
  };
  const [[top, bottom, height], [left, right, width]] = [edge(0), edge(1)];
  const padded = tf.pad(spread, [
    [0, 0],
    [Math.max(0, top), Math.max(0, bottom)],
    [Math.max(0, left), Math.max(0, right)],
    [0, 0],
  ]);
  return tf.slice4d(padded, [0, Math.max(0, -top), Math.max(0, -left), 0], [batch, height, width, channels]);
}

function correlate(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: Window['strides'],
  dilation: Window['dilation'],
): tf.Tensor4D {
  return tf.conv2d(x, filter, [...strides], 'valid', 'NHWC', [...dilation]);
}
