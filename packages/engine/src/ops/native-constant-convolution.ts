import type * as tf from '@tensorflow/tfjs-core';
import type { ConstantCall } from './constant-call.js';
import { real, runKernels, whole } from './native-kernel.js';
import type { Packed } from './packed-weights.js';

/** Convolution, bias, residual and limits in one op (tools/native/convolution.cc). */
export function convolveConstant(
  x: tf.Tensor4D,
  packed: Packed,
  { shape, window, limits: [low, high], residual }: ConstantCall,
): tf.Tensor4D {
  const residuals = residual === undefined ? [] : [residual];
  const attributes = [
    whole('residuals', residuals.length),
    whole('size', window.size),
    whole('strides', window.strides),
    whole('padding', window.padding.flat()),
    whole('outputs', shape[3]),
    real('low', low),
    real('high', high),
  ];
  return runKernels<[tf.Tensor4D]>('TwoshotConvolution', attributes, [x, ...packed, ...residuals], 1)[0];
}
