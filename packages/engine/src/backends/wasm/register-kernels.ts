import * as tf from '@tensorflow/tfjs-core';
import { convolve, convolveFilterGradient, convolveInputGradient, type ConvInfo } from './convolution.js';
import { convolveConstant, convolveDepthwise, type Limits } from './constant-convolution.js';
import {
  CONVOLVE_CONSTANT,
  CONVOLVE_DEPTHWISE,
  NORMALISE,
  NORMALISE_GRADIENT,
  POOL_MAXIMA,
  POOL_MAXIMA_GRADIENT,
} from './kernel-names.js';
import type { Machine } from './machine.js';
import { multiplyMatrices } from './matrix-product.js';
import {
  normaliseBatch,
  normaliseBatchGradient,
  type NormaliseGradientInputs,
  type NormaliseInputs,
} from './normalisation.js';
import { sumSegments } from './segment-sum.js';
import { poolMaxima, poolMaximaGradient, type PoolWindow } from './pooling.js';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
type Work<Attributes> = (inputs: Inputs, attributes: Attributes) => tf.TensorInfo | tf.TensorInfo[];

function register<Attributes>(
  kernelName: string,
  work: Work<Attributes>,
  setupFunc?: tf.KernelConfig['setupFunc'],
): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => work(inputs as Inputs, attrs as unknown as Attributes),
    ...(setupFunc && { setupFunc }),
  });
}

/**
 * Takes the place of the backend's kernels that are slow on one thread, and adds those that it lacks. Takes away
 * its gradient of the maximum pool, which gives wrong numbers.
 */
export function registerKernels(machine: Machine): void {
  tf.unregisterKernel(tf.MaxPoolGrad, 'wasm');
  registerConvolution(machine);
  registerMatrixProduct(machine);
  register<{ epsilon: number; relu: boolean }>(NORMALISE, (inputs, attributes) =>
    normaliseBatch(machine, inputs as unknown as NormaliseInputs, attributes),
  );
  register<{ relu: boolean; residual: boolean }>(NORMALISE_GRADIENT, (inputs, attributes) =>
    normaliseBatchGradient(machine, inputs as unknown as NormaliseGradientInputs, attributes),
  );
  register<PoolWindow>(POOL_MAXIMA, ({ x }, window) => poolMaxima(machine, x!, window));
  register<PoolWindow>(POOL_MAXIMA_GRADIENT, ({ x, y, dy }, window) =>
    poolMaximaGradient(machine, { x: x!, y: y!, dy: dy! }, window),
  );
  // The backend's own copies the numbers.
  register(tf.Identity, ({ x }) => machine.share(x!));
  register<{ numSegments: number }>(tf.UnsortedSegmentSum, ({ x, segmentIds }, { numSegments }) =>
    sumSegments(x as tf.Tensor, segmentIds as tf.Tensor, numSegments),
  );
}

type Shape4D = [number, number, number, number];
type InfoArguments = Parameters<typeof tf.backend_util.computeConv2DInfo>;

interface ConvolutionAttributes {
  readonly strides: InfoArguments[2];
  readonly pad: InfoArguments[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: InfoArguments[3];
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

function registerConvolution(machine: Machine): void {
  register<ConvolutionAttributes>(tf.Conv2D, ({ x, filter }, attributes) =>
    convolve(machine, x!, filter!, infoOf(x!.shape, filter!.shape, attributes)),
  );
  register<ConvolutionAttributes & { inputShape: Shape4D }>(tf.Conv2DBackpropInput, ({ dy, filter }, attributes) =>
    convolveInputGradient(machine, dy!, filter!, infoOf(attributes.inputShape, filter!.shape, attributes)),
  );
  register<ConvolutionAttributes & { filterShape: Shape4D }>(tf.Conv2DBackpropFilter, ({ x, dy }, attributes) =>
    convolveFilterGradient(machine, dy!, x!, infoOf(x!.shape, attributes.filterShape, attributes)),
  );
  type Constant = ConvolutionAttributes & Limits & { filterShape: Shape4D };
  register<Constant>(CONVOLVE_CONSTANT, (inputs, attributes) => {
    const { x, filter, bias, residual } = inputs;
    const given = { x: x!, filter: filter!, bias: bias!, ...(residual && { residual }) };
    return convolveConstant(machine, given, infoOf(x!.shape, attributes.filterShape, attributes), attributes);
  });
  register<ConvolutionAttributes & Limits>(CONVOLVE_DEPTHWISE, ({ x, filter, bias }, attributes) => {
    const info = infoOf(x!.shape, filter!.shape, attributes, true);
    return convolveDepthwise(machine, { x: x!, filter: filter!, bias: bias! }, info, attributes);
  });
}

function infoOf(
  x: readonly number[],
  filter: readonly number[],
  attributes: ConvolutionAttributes,
  isDepthwise = false,
): ConvInfo {
  const { strides, pad, dimRoundingMode, dilations = 1, dataFormat = 'NHWC' } = attributes;
  if (dataFormat !== 'NHWC') throw new Error(`conv2d takes images as NHWC, got ${dataFormat}`);
  const [images, window] = [[...x] as Shape4D, [...filter] as Shape4D];
  return tf.backend_util.computeConv2DInfo(images, window, strides, dilations, pad, dimRoundingMode, isDepthwise);
}

/** Products of many small matrices, and of two transposed ones, stay with the backend. */
function registerMatrixProduct(machine: Machine): void {
  const original = tf.getKernel(tf.BatchMatMul, 'wasm');
  const multiplyHere: Work<{ transposeA: boolean; transposeB: boolean }> = (inputs, attributes) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = attributes;
    const isOne = [a, b].every(({ shape, dtype }) => {
      return (
        dtype === 'float32' && shape.slice(0, -2).every((length) => length === 1) && shape.every((length) => length > 0)
      );
    });
    const shape = [
      ...(a.shape.length > b.shape.length ? a : b).shape.slice(0, -2),
      a.shape.at(transposeA ? -1 : -2)!,
      b.shape.at(transposeB ? -2 : -1)!,
    ];
    const product = isOne
      ? multiplyMatrices(machine, { info: a, transposed: transposeA }, { info: b, transposed: transposeB }, shape)
      : null;
    return product ?? original.kernelFunc({ inputs, backend: tf.backend(), attrs: { ...attributes } });
  };
  register(tf.BatchMatMul, multiplyHere, original.setupFunc);
}
