import * as tf from '@tensorflow/tfjs-core';
import { CONVOLVE_CONSTANT, CONVOLVE_DEPTHWISE } from '../backends/wasm/kernel-names.js';
import type { ConstantCall, Limits } from './constant-call.js';
import type { ConvolutionWeights, Packed } from './packed-weights.js';
import { padsOf, type Window } from './window.js';

/** Convolution, bias, residual and limits in one kernel. */
export function convolveConstant(
  x: tf.Tensor4D,
  [filter, bias]: Packed,
  { shape, window, limits, residual }: ConstantCall,
): tf.Tensor4D {
  const inputs = { x, filter, bias, ...(residual && { residual }) };
  return tf.engine().runKernel(CONVOLVE_CONSTANT, inputs, { ...attributesOf(window, limits), filterShape: shape });
}

/** Whether `convolveDepthwise` takes a window: every one covers a part of the image. */
export const suitsDepthwise = ({ size, padding, dilation }: Window): boolean =>
  dilation.every((step) => step === 1) && padding.every((sides, axis) => sides.every((cells) => cells < size[axis]!));

/** The same with one filter a channel, `[height, width, channels, 1]`, without a residual. */
export function convolveDepthwise(
  x: tf.Tensor4D,
  { filter, bias }: ConvolutionWeights,
  window: Window,
  limits: Limits,
): tf.Tensor4D {
  return tf.engine().runKernel(CONVOLVE_DEPTHWISE, { x, filter, bias }, attributesOf(window, limits));
}

const attributesOf = ({ strides, padding, dilation }: Window, [low, high]: Limits) => ({
  strides: [...strides],
  pad: padsOf(padding),
  dilations: [...dilation],
  dataFormat: 'NHWC',
  low,
  high,
});
