import {
  biasAdd,
  type ConstantConvolution,
  type Conv2dOptions,
  conv2d as convolve,
  type ConvolutionWeights,
  createConvolution,
  depthwiseConv2d,
  fusedConv2d,
  type FusedConv2dOptions,
  fusedDepthwiseConv2d,
  groupedConv2d,
  type Padding,
  tf,
} from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { fanInUniform, heNormal } from '../initialise.js';
import type { Module, NamedParameter } from '../module.js';
import { variableOf } from '../variable.js';

export interface ConvOptions {
  readonly in: number;
  readonly out: number;
  /** Height and width of the filter; one number for a square one. Default 3. */
  readonly size?: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  /**
   * Zeros around the image: [[top, bottom], [left, right]], or the same on all sides, or `same` for TensorFlow's
   * (ceil(side / stride) outputs, the odd zero at the end). Default: half the filter, as in PyTorch. At stride 2 the
   * two differ, and `same` is the one that the native engine needs no copy for.
   */
  readonly padding?: number | 'same' | readonly [readonly [number, number], readonly [number, number]];
  readonly dilation?: number | readonly [number, number];
  /** Independent groups of channels; `in` of them make it depthwise. Default 1. */
  readonly groups?: number;
  readonly bias?: boolean;
}

/** What follows a convolution in one pass. */
export type Following = Pick<FusedConv2dOptions, 'activation' | 'residual'>;

export interface Conv extends Module<tf.Tensor4D, tf.Tensor4D> {
  /**
   * activation(conv(x) * scale + offset + residual), with the scale in the filter: a batch norm in evaluation costs nothing.
   *
   * @param scale [out], by which every output channel is multiplied
   * @param offset [out]
   */
  scaled(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, following?: Following): tf.Tensor4D;
  /** The weights of that: filter * scale and offset; of a depthwise filter [height, width, in, out / in]. */
  folded(scale: tf.Tensor1D, offset: tf.Tensor1D): ConvolutionWeights;
  /** The convolution of such weights, once they no longer change; it takes the padding at every call. */
  constant(weights: ConvolutionWeights, activation: Following['activation']): ConstantConvolution;
  /** Zeros around these images. */
  paddingOf(x: tf.Tensor4D): Padding;
}

/**
 * Convolution of images [batch, height, width, in] to [batch, height', width', out], cross-correlation as in
 * PyTorch's `Conv2d`, He-initialised. Parameters `weight` (kept as [h, w, in / groups, out]) and `bias`.
 */
export function conv2d(options: ConvOptions, random: Random): Conv {
  const { in: inputs, out: outputs, groups = 1, bias = false } = options;
  const size = both(options.size ?? 3);
  const strides = both(options.stride ?? 1);
  const dilation = both(options.dilation ?? 1);
  const paddingOf = ({ shape: [, height, width] }: tf.Tensor4D): Padding =>
    padded(options.padding, size, dilation, strides, [height, width]);
  const geometryOf = (x: tf.Tensor4D): Conv2dOptions => ({ strides, dilation, padding: paddingOf(x) });
  const perGroup = inputs / groups;
  const shape: [number, number, number, number] = [...size, perGroup, outputs];
  const fanIn = size[0] * size[1] * perGroup;
  const weight = variableOf<tf.Rank.R4>(shape, heNormal(random, fanIn * outputs, fanIn));
  const offset = bias ? variableOf<tf.Rank.R1>([outputs], fanInUniform(random, outputs, fanIn)) : null;
  const parameters: NamedParameter[] = [{ name: 'weight', variable: weight, layout: 'filter', trainable: true }];
  if (offset !== null) parameters.push({ name: 'bias', variable: offset, layout: 'plain', trainable: true });
  const isDepthwise = groups > 1 && groups === inputs;
  const product = (x: tf.Tensor4D): tf.Tensor4D => {
    const geometry = geometryOf(x);
    if (groups === 1) return convolve(x, weight, geometry);
    if (!isDepthwise) return groupedConv2d(x, weight, groups, geometry);
    return depthwiseConv2d(x, weight.reshape([...size, inputs, outputs / inputs]), geometry);
  };
  const folded = (scale: tf.Tensor1D, shift: tf.Tensor1D): ConvolutionWeights => {
    if (groups > 1 && !isDepthwise) throw new RangeError(`conv2d: a convolution of ${groups} groups takes no scale`);
    const filter = tf.mul<tf.Tensor4D>(weight, scale);
    return {
      filter: isDepthwise ? filter.reshape([...size, inputs, outputs / inputs]) : filter,
      bias: offset === null ? shift : tf.add<tf.Tensor1D>(tf.mul(offset, scale), shift),
    };
  };
  return {
    forward: (x) => (offset === null ? product(x) : biasAdd(product(x), offset)),
    folded,
    paddingOf,
    constant: (weights, activation = 'linear') => createConvolution(weights, { strides, dilation, activation }),
    scaled(x, scale, shift, following = {}) {
      const { filter, bias: sum } = folded(scale, shift);
      const fused = { ...geometryOf(x), ...following };
      return isDepthwise ? fusedDepthwiseConv2d(x, filter, sum, fused) : fusedConv2d(x, filter, sum, fused);
    },
    parameters,
    buffers: [],
  };
}

const both = (value: number | readonly [number, number]): [number, number] =>
  typeof value === 'number' ? [value, value] : [...value];

type Sides = readonly [number, number];

function padded(
  padding: ConvOptions['padding'],
  size: Sides,
  dilation: Sides,
  strides: Sides,
  image: Sides,
): [[number, number], [number, number]] {
  if (typeof padding === 'object') return [[...padding[0]], [...padding[1]]];
  if (padding === 'same') {
    const zeros = (axis: 0 | 1): [number, number] => {
      const outputs = Math.ceil(image[axis] / strides[axis]);
      const reach = (outputs - 1) * strides[axis] + (size[axis] - 1) * dilation[axis] + 1;
      const total = Math.max(0, reach - image[axis]);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    };
    return [zeros(0), zeros(1)];
  }
  const [vertical, horizontal] =
    padding === undefined ? [Math.floor(size[0] / 2), Math.floor(size[1] / 2)] : [padding, padding];
  return [
    [vertical, vertical],
    [horizontal, horizontal],
  ];
}
