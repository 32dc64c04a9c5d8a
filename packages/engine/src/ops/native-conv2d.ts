import * as tf from '@tensorflow/tfjs-core';
import { flag, float32, runKernels, shapeTensor, text, whole, type Attribute } from './native-kernel.js';
import { namedPadding, padsOf, type Window } from './window.js';
import * as winograd from './winograd-conv2d.js';

type Shape4D = tf.Tensor4D['shape'];

/** `[batch, height, width, in]` and `[height, width, in, out]` to `[batch, height', width', out]`. */
export function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  if (winograd.suitsWinograd(x.shape, filter.shape, window)) return winograd.convolve(x, filter);
  const padding = namedPadding([x.shape[1], x.shape[2]], window) ?? 'EXPLICIT';
  return runKernels<[tf.Tensor4D]>('Conv2D', attributesOf(window, padding), [x, filter], 1)[0];
}

/** The gradient of `convolve` for its images, of shape `images`. */
export function convolveInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  images: Shape4D,
  window: Window,
): tf.Tensor4D {
  if (winograd.suitsWinograd(images, filter.shape, window)) return winograd.convolveInputGradient(dy, filter);
  const [batch, height, width, channels] = images;
  const named = namedPadding([height, width], window);
  if (named !== null) {
    const inputs = [shapeTensor(images), filter, dy];
    return runKernels<[tf.Tensor4D]>('Conv2DBackpropInput', attributesOf(window, named), inputs, 1)[0];
  }
  // oneDNN leaves gradients with explicit padding to a kernel that is up to seven times slower.
  const [[top, bottom], [left, right]] = window.padding;
  const padded = shapeTensor([batch, height + top + bottom, width + left + right, channels]);
  const inputs = [padded, filter, dy];
  const [gradient] = runKernels<[tf.Tensor4D]>('Conv2DBackpropInput', attributesOf(window, 'VALID'), inputs, 1);
  return tf.slice4d(gradient, [0, top, left, 0], [batch, height, width, channels]);
}

/** The gradient of `convolve` for its filter, of shape `filter`. */
export function convolveFilterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, filter: Shape4D, window: Window): tf.Tensor4D {
  if (winograd.suitsWinograd(x.shape, filter, window)) return winograd.convolveFilterGradient(dy, x);
  const named = namedPadding([x.shape[1], x.shape[2]], window);
  const images = named === null ? tf.pad(x, padsOf(window.padding)) : x;
  const inputs = [images, shapeTensor(filter), dy];
  return runKernels<[tf.Tensor4D]>('Conv2DBackpropFilter', attributesOf(window, named ?? 'VALID'), inputs, 1)[0];
}

function attributesOf(window: Window, padding: 'SAME' | 'VALID' | 'EXPLICIT'): readonly Attribute[] {
  return [
    float32(),
    whole('strides', [1, ...window.strides, 1]),
    text('padding', padding),
    whole('explicit_paddings', padding === 'EXPLICIT' ? padsOf(window.padding).flat() : []),
    whole('dilations', [1, ...window.dilation, 1]),
    text('data_format', 'NHWC'),
    flag('use_cudnn_on_gpu', true),
  ];
}
