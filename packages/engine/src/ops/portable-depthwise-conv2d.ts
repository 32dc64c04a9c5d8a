import * as tf from '@tensorflow/tfjs-core';
import { fitForInput } from './portable-conv2d.js';
import { everyCell, spreadOut } from './strided-cells.js';
import { outputLength, padsOf, type Window } from './window.js';

type Shape4D = tf.Tensor4D['shape'];

/**
 * `[batch, height, width, channels]` and `[height, width, channels, multiplier]` to `[..., channels * multiplier]`.
 *
 * A stride is taken by leaving cells out afterwards where the backend cannot: two strides, or a stride with dilation.
 */
export function convolveDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  const padded = tf.pad(x, padsOf(window.padding));
  const [down, across] = window.strides;
  const dilated = window.dilation.some((step) => step > 1);
  if (down === across && !dilated) return tf.depthwiseConv2d(padded, filter, [down, across], 'valid');
  const dense = tf.depthwiseConv2d(padded, filter, [1, 1], 'valid', 'NHWC', [...window.dilation]);
  return everyCell(dense, [0, 0], window.strides, [
    outputLength(x.shape[1], window, 0),
    outputLength(x.shape[2], window, 1),
  ]);
}

/** The gradient of `convolveDepthwise` for its images, of shape `images`. */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  images: Shape4D,
  window: Window,
): tf.Tensor4D {
  const [height, width, channels, multiplier] = filter.shape;
  const turned = tf.reverse(filter, [0, 1]);
  const ready = fitForInput(spreadOut(dy, window.strides), images, window);
  const [batch, rows, columns] = ready.shape;
  const split: tf.Tensor5D = tf.reshape(ready, [batch, rows, columns, channels, multiplier]);
  const parts = Array.from({ length: multiplier }, (_, index) => {
    const gradients: tf.Tensor4D = tf.reshape(tf.gather(split, tf.scalar(index, 'int32'), 4), [
      batch,
      rows,
      columns,
      channels,
    ]);
    const weights = tf.slice4d(turned, [0, 0, 0, index], [height, width, channels, 1]);
    return tf.depthwiseConv2d(gradients, weights, [1, 1], 'valid', 'NHWC', [...window.dilation]);
  });
  return tf.addN(parts);
}

/** The gradient of `convolveDepthwise` for its filter, of shape `filter`: one sum of products a filter cell. */
export function depthwiseFilterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, filter: Shape4D, window: Window): tf.Tensor4D {
  const [height, width, channels, multiplier] = filter;
  const [batch, rows, columns] = dy.shape;
  const images = tf.pad(x, padsOf(window.padding));
  const gradients: tf.Tensor3D = tf.reshape(dy, [batch * rows * columns, channels, multiplier]);
  const cells: tf.Tensor[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const start = [row * window.dilation[0], column * window.dilation[1]] as const;
      const seen = tf.reshape(everyCell(images, start, window.strides, [rows, columns]), [-1, channels, 1]);
      cells.push(tf.sum(tf.mul(seen, gradients), 0));
    }
  }
  return tf.reshape(tf.stack(cells), [height, width, channels, multiplier]);
}
