import * as tf from '@tensorflow/tfjs-core';
import { conv2d, type Conv2dOptions, convolveBy } from './conv2d.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import * as native from './native-conv2d.js';
import { isNative } from './native-kernel.js';
import { createWindow } from './window.js';

/**
 * Convolution in which a group of output channels sees only its own group of input channels.
 *
 * @param x `[batch, height, width, in]`
 * @param filter `[height, width, in / groups, out]`; the output channels of group g are the g-th consecutive part
 * @param groups a divisor of both channel counts
 * @returns `[batch, height', width', out]`
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  groups: number,
  options: Conv2dOptions = {},
): tf.Tensor4D {
  const [height, width, channels, outputs] = filter.shape;
  if (x.shape[3] !== channels * groups || outputs % groups !== 0) {
    throw new Error(
      `groupedConv2d: images [${x.shape.join(', ')}] do not fit ${groups} groups of the filter [${filter.shape.join(', ')}]`,
    );
  }
  if (groups === 1) return conv2d(x, filter, options);
  return tf.tidy(() => {
    if (channels === 1) {
      return depthwiseConv2d(x, tf.reshape(filter, [height, width, groups, outputs / groups]), options);
    }
    // TensorFlow's kernels see the groups from the shapes, and take a fraction of the time of one convolution a group.
    if (isNative()) return convolveBy(native, x, filter, createWindow([height, width], options));
    const images: tf.Tensor4D[] = tf.split(x, groups, 3);
    const filters: tf.Tensor4D[] = tf.split(filter, groups, 3);
    return tf.concat4d(
      images.map((part, group) => conv2d(part, filters[group] ?? filter, options)),
      3,
    );
  });
}
