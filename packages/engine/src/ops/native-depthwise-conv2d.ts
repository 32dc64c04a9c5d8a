import * as tf from '@tensorflow/tfjs-core';
import { float32, runKernels, shapeTensor, text, whole, type Attribute } from './native-kernel.js';
import { namedPadding, padsOf, type Window } from './window.js';

type Shape4D = tf.Tensor4D['shape'];

/** `[batch, height, width, channels]` and `[height, width, channels, multiplier]` to `[..., channels * multiplier]`. */
export function convolveDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  const padding = namedPadding([x.shape[1], x.shape[2]], window) ?? 'EXPLICIT';
  return runKernels<[tf.Tensor4D]>('DepthwiseConv2dNative', attributesOf(window, padding), [x, filter], 1)[0];
}

/** The gradient of `convolveDepthwise` for its images, of shape `images`. */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  images: Shape4D,
  window: Window,
): tf.Tensor4D {
  const padding = namedPadding([images[1], images[2]], window) ?? 'EXPLICIT';
  const inputs = [shapeTensor(images), filter, dy];
  return runKernels<[tf.Tensor4D]>('DepthwiseConv2dNativeBackpropInput', attributesOf(window, padding), inputs, 1)[0];
}

/** The gradient of `convolveDepthwise` for its filter, of shape `filter`. */
export function depthwiseFilterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, filter: Shape4D, window: Window): tf.Tensor4D {
  const named = namedPadding([x.shape[1], x.shape[2]], window);
  const images = named === null ? tf.pad(x, padsOf(window.padding)) : x;
  const attributes = attributesOf(window, named ?? 'VALID');
  const inputs = [images, shapeTensor(filter), dy];
  return runKernels<[tf.Tensor4D]>('DepthwiseConv2dNativeBackpropFilter', attributes, inputs, 1)[0];
}

function attributesOf(window: Window, padding: 'SAME' | 'VALID' | 'EXPLICIT'): readonly Attribute[] {
  return [
    float32(),
    whole('strides', [1, ...window.strides, 1]),
    text('padding', padding),
    whole('explicit_paddings', padding === 'EXPLICIT' ? padsOf(window.padding).flat() : []),
    whole('dilations', [1, ...window.dilation, 1]),
    text('data_format', 'NHWC'),
  ];
}
