import * as tf from '@tensorflow/tfjs-core';
import { LIMITS } from './constant-call.js';
import { createConvolution } from './constant-convolution.js';
import { fusedDepthwiseConv2d } from './fused-conv2d.js';
import { flag, hasFusedKernels, real, runKernels, whole } from './native-kernel.js';
import { type ConvolutionWeights, NATIVE_PANEL, packWeights } from './packed-weights.js';
import { convolveDepthwise, suitsDepthwise } from './wasm-constant-convolution.js';
import { isWasm } from './wasm-kernel.js';
import { createWindow, type Padding } from './window.js';

export interface InvertedResidualWeights {
  /** 1x1, from `in` to `inner` channels; null where the images have those. */
  readonly expand: ConvolutionWeights | null;
  /** Of 3x3 or 5x5 cells. */
  readonly depthwise: ConvolutionWeights;
  /** 1x1, from `inner` to `out` channels. */
  readonly project: ConvolutionWeights;
}

export interface InvertedResidualOptions {
  /** Of the depthwise filter. */
  readonly stride: 1 | 2;
  /** Whether the images are added to the output, which has their shape then. */
  readonly residual: boolean;
}

/** An inverted residual block whose weights no longer change. It has no gradient. */
export interface InvertedResidual {
  /**
   * `project(relu6(depthwise(relu6(expand(x)))))`, plus x where it is added.
   *
   * @param x `[batch, height, width, in]`
   * @param padding of the depthwise filter
   * @returns `[batch, height', width', out]`
   */
  run(x: tf.Tensor4D, padding: Padding): tf.Tensor4D;
  dispose(): void;
}

/** Lays the weights of a block out once for many calls. They are copied. */
export function createInvertedResidual(
  weights: InvertedResidualWeights,
  options: InvertedResidualOptions,
): InvertedResidual {
  const [side] = weights.depthwise.filter.shape;
  return hasFusedKernels() && (side === 3 || side === 5) ? native(weights, options) : composed(weights, options);
}

/** One op, in which the inner channels never reach the memory. */
function native(
  { expand, depthwise, project }: InvertedResidualWeights,
  { stride, residual }: InvertedResidualOptions,
): InvertedResidual {
  const [size, , inner] = depthwise.filter.shape;
  const outputs = project.filter.shape[3];
  const depth = inner <= NATIVE_PANEL ? 16 * Math.ceil(inner / 16) : NATIVE_PANEL * Math.ceil(inner / NATIVE_PANEL);
  const packed = [
    ...(expand === null ? [] : packWeights(tf.reshape(expand.filter, [-1, inner]), expand.bias, NATIVE_PANEL)),
    ...packWeights(tf.reshape(depthwise.filter, [size * size, inner]), depthwise.bias, NATIVE_PANEL),
    ...packWeights(tf.reshape(project.filter, [inner, outputs]), project.bias, NATIVE_PANEL, depth),
  ];
  return {
    run(x, padding) {
      const attributes = [
        whole('wides', expand === null ? 0 : 2),
        whole('depthwises', 2),
        whole('narrows', 2),
        whole('size', size),
        whole('stride', stride),
        whole('padding', padding.flat()),
        whole('inner', inner),
        whole('outputs', outputs),
        flag('residual', residual),
        real('limit', LIMITS.relu6[1]),
      ];
      return runKernels<[tf.Tensor4D]>('TwoshotInvertedResidual', attributes, [x, ...packed], 1)[0];
    },
    dispose: () => tf.dispose(packed),
  };
}

function composed(
  { expand, depthwise, project }: InvertedResidualWeights,
  { stride, residual }: InvertedResidualOptions,
): InvertedResidual {
  const first = expand && createConvolution(expand, { activation: 'relu6' });
  const weights = { filter: tf.keep(tf.clone(depthwise.filter)), bias: tf.keep(tf.clone(depthwise.bias)) };
  const last = createConvolution(project);
  const spread = (x: tf.Tensor4D, padding: Padding): tf.Tensor4D => {
    const [height, width] = weights.filter.shape;
    const options = { strides: [stride, stride], padding } as const;
    const window = createWindow([height, width], options);
    return isWasm() && suitsDepthwise(window)
      ? convolveDepthwise(x, weights, window, LIMITS.relu6)
      : fusedDepthwiseConv2d(x, weights.filter, weights.bias, { ...options, activation: 'relu6' });
  };
  return {
    run: (x, padding) =>
      tf.tidy(() => {
        const wide = first === null ? x : first.run(x);
        return last.run(spread(wide, padding), residual ? { residual: x } : {});
      }),
    dispose() {
      first?.dispose();
      last.dispose();
      tf.dispose([weights.filter, weights.bias]);
    },
  };
}
