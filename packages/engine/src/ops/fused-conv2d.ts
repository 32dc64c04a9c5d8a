import * as tf from '@tensorflow/tfjs-core';
import { biasAdd } from './bias-add.js';
import { conv2d, type Conv2dOptions } from './conv2d.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';

export interface FusedConv2dOptions extends Conv2dOptions {
  /** What the sum ends with; default `linear`, nothing. */
  readonly activation?: 'linear' | 'relu' | 'relu6';
  /** Added before the activation, of the shape of the output. */
  readonly residual?: tf.Tensor4D;
}

/**
 * `activation(conv2d(x, filter) + bias + residual)`: a convolution with what follows it.
 *
 * @param x `[batch, height, width, in]`
 * @param filter `[height, width, in, out]`
 * @param bias `[out]`
 * @returns `[batch, height', width', out]`
 */
export function fusedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  options: FusedConv2dOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => followed(conv2d(x, filter, options), bias, options));
}

/**
 * `activation(depthwiseConv2d(x, filter) + bias + residual)`.
 *
 * @param filter `[height, width, channels, multiplier]`
 * @param bias `[channels * multiplier]`
 */
export function fusedDepthwiseConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  options: FusedConv2dOptions = {},
): tf.Tensor4D {
  return tf.tidy(() => followed(depthwiseConv2d(x, filter, options), bias, options));
}

function followed(
  product: tf.Tensor4D,
  bias: tf.Tensor1D,
  { activation = 'linear', residual }: FusedConv2dOptions,
): tf.Tensor4D {
  const alone = biasAdd(product, bias);
  const sum: tf.Tensor4D = residual === undefined ? alone : tf.add(alone, residual);
  if (activation === 'relu6') return relu6(sum);
  return activation === 'relu' ? relu(sum) : sum;
}
