import type * as tf from '@tensorflow/tfjs-core';
import { type ConvInfo, imageOfOutput, windowsOf } from './convolution.js';
import { depthwiseFields } from './kernels/depthwise-product.js';
import { floatBits, type Machine } from './machine.js';
import { multiply } from './window-products.js';

/** Between which numbers the outputs lie. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** A convolution whose weights were packed before, `[panels, taps * in, 8]`, plus bias and residual, within limits. */
export function convolveConstant(
  machine: Machine,
  { x, filter, bias, residual }: Record<'x' | 'filter' | 'bias', tf.TensorInfo> & { readonly residual?: tf.TensorInfo },
  info: ConvInfo,
  limits: Limits,
): tf.TensorInfo {
  const y = machine.output(info.outShape);
  machine.withWorkspace((space) => {
    const { image, cells, taps } = windowsOf(machine, space, machine.addressOf(x), info);
    multiply(machine, space, {
      x: image,
      cells,
      taps,
      packed: machine.addressOf(filter),
      packedTaps: taps.length,
      y: imageOfOutput(y, info),
      outputs: info.outChannels,
      followed: {
        bias: machine.addressOf(bias),
        residual: residual === undefined ? 0 : machine.addressOf(residual) - y.address,
        low: floatBits(limits.low),
        high: floatBits(limits.high),
      },
    });
  });
  return y.info;
}

/** A depthwise convolution of one filter a channel, plus bias, within limits. */
export function convolveDepthwise(
  machine: Machine,
  { x, filter, bias }: Record<'x' | 'filter' | 'bias', tf.TensorInfo>,
  info: ConvInfo,
  limits: Limits,
): tf.TensorInfo {
  const y = machine.output(info.outShape);
  machine.withWorkspace((space) => {
    const numbers = depthwiseFields.list({
      x: machine.addressOf(x),
      y: y.address,
      weights: machine.addressOf(filter),
      bias: machine.addressOf(bias),
      rows: info.outHeight,
      columns: info.outWidth,
      height: info.inHeight,
      width: info.inWidth,
      size: info.filterHeight,
      sizeAcross: info.filterWidth,
      rowStride: info.strideHeight,
      columnStride: info.strideWidth,
      top: info.padInfo.top,
      left: info.padInfo.left,
      cellBytes: 4 * info.inChannels,
      low: floatBits(limits.low),
      high: floatBits(limits.high),
    });
    machine.threads.run('depthwiseProduct', space.write(numbers), info.batchSize * info.outHeight);
  });
  return y.info;
}
