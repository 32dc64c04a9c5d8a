import * as tf from '@tensorflow/tfjs-core';
import { fusedConv2d, type FusedConv2dOptions } from './fused-conv2d.js';
import { hasFusedKernels, real, runKernels, whole } from './native-kernel.js';
import { type ConvolutionWeights, packWeights } from './packed-weights.js';
import { createWindow } from './window.js';
import { suitsWinograd } from './winograd-conv2d.js';

/** A convolution whose weights no longer change. It has no gradient. */
export interface ConstantConvolution {
  /**
   * @param x `[batch, height, width, in]`
   * @returns `[batch, height', width', out]`
   */
  run(x: tf.Tensor4D, options?: Pick<FusedConv2dOptions, 'padding' | 'residual'>): tf.Tensor4D;
  dispose(): void;
}

/** Between which numbers an activation lies. */
const LIMITS = { linear: [-Infinity, Infinity], relu: [0, Infinity], relu6: [0, 6] } as const;

/**
 * A convolution that lays its weights out once for many calls of `fusedConv2d`. The weights are copied.
 *
 * @param options what does not depend on the images
 */
export function createConvolution(
  { filter, bias }: ConvolutionWeights,
  options: Omit<FusedConv2dOptions, 'padding' | 'residual'> = {},
): ConstantConvolution {
  const [height, width, channels, outputs] = filter.shape;
  const weights = { filter: tf.keep(tf.clone(filter)), bias: tf.keep(tf.clone(bias)) };
  const plain: ConstantConvolution = {
    run: (x, fitting = {}) => fusedConv2d(x, weights.filter, weights.bias, { ...options, ...fitting }),
    dispose: () => tf.dispose([weights.filter, weights.bias]),
  };
  const { activation = 'linear', dilation = [1, 1], strides = [1, 1] } = options;
  if (!hasFusedKernels() || dilation.some((step) => step !== 1)) return plain;
  const packed = packWeights(tf.reshape(filter, [height * width * channels, outputs]), bias);
  return {
    run(x, fitting = {}) {
      const window = createWindow([height, width], { strides, ...fitting });
      if (x.shape[3] !== channels || suitsWinograd(x.shape, filter.shape, window)) return plain.run(x, fitting);
      const residuals = fitting.residual === undefined ? [] : [fitting.residual];
      const attributes = [
        whole('residuals', residuals.length),
        whole('size', window.size),
        whole('strides', window.strides),
        whole('padding', window.padding.flat()),
        whole('outputs', outputs),
        real('low', LIMITS[activation][0]),
        real('high', LIMITS[activation][1]),
      ];
      return runKernels<[tf.Tensor4D]>('TwoshotConvolution', attributes, [x, ...packed, ...residuals], 1)[0];
    },
    dispose() {
      plain.dispose();
      tf.dispose([...packed]);
    },
  };
}
