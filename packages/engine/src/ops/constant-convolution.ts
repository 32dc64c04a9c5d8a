import * as tf from '@tensorflow/tfjs-core';
import { type ConstantCall, LIMITS } from './constant-call.js';
import { fusedConv2d, type FusedConv2dOptions } from './fused-conv2d.js';
import * as native from './native-constant-convolution.js';
import { hasFusedKernels } from './native-kernel.js';
import { type ConvolutionWeights, NATIVE_PANEL, type Packed, packWeights, WASM_PANEL } from './packed-weights.js';
import * as wasm from './wasm-constant-convolution.js';
import { isWasm } from './wasm-kernel.js';
import { createWindow, type Window } from './window.js';
import { suitsWinograd } from './winograd-conv2d.js';

type Shape4D = tf.Tensor4D['shape'];

/** A convolution whose weights no longer change. It has no gradient. */
export interface ConstantConvolution {
  /**
   * @param x `[batch, height, width, in]`
   * @returns `[batch, height', width', out]`
   */
  run(x: tf.Tensor4D, fitting?: Fitting): tf.Tensor4D;
  dispose(): void;
}

type Fitting = Pick<FusedConv2dOptions, 'padding' | 'residual'>;

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
  const plain = (x: tf.Tensor4D, fitting: Fitting): tf.Tensor4D =>
    fusedConv2d(x, weights.filter, weights.bias, { ...options, ...fitting });
  const kernels = kernelsHere();
  const packed =
    kernels === null ? [] : packWeights(tf.reshape(filter, [height * width * channels, outputs]), bias, kernels.panel);
  const { activation = 'linear', ...moving } = options;
  return {
    run(x, fitting = {}) {
      const { padding, residual } = fitting;
      const window = createWindow([height, width], { ...moving, ...(padding && { padding }) });
      const [shape, isFit] = [filter.shape, x.shape[3] === channels];
      if (kernels === null || !isFit || !kernels.suits(x.shape, shape, window, residual)) return plain(x, fitting);
      return kernels.convolve(x, packed as Packed, { shape, window, limits: LIMITS[activation], residual });
    },
    dispose: () => tf.dispose([weights.filter, weights.bias, ...packed]),
  };
}

interface Kernels {
  readonly panel: number;
  /** Whether the kernel takes these images and is the fastest for them. */
  suits(images: Shape4D, filter: Shape4D, window: Window, residual: tf.Tensor4D | undefined): boolean;
  convolve(x: tf.Tensor4D, packed: Packed, call: ConstantCall): tf.Tensor4D;
}

function kernelsHere(): Kernels | null {
  if (hasFusedKernels())
    return {
      panel: NATIVE_PANEL,
      suits: (images, filter, window) =>
        window.dilation.every((step) => step === 1) && !suitsWinograd(images, filter, window),
      convolve: native.convolveConstant,
    };
  if (isWasm())
    return {
      panel: WASM_PANEL,
      // A residual is read in whole panels.
      suits: (_images, filter, _window, residual) => residual === undefined || filter[3] % WASM_PANEL === 0,
      convolve: wasm.convolveConstant,
    };
  return null;
}
