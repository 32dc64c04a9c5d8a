import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { compose, type Module } from '../module.js';

export interface ConvBlockOptions {
  readonly in: number;
  readonly out: number;
  readonly stride?: number;
}

/** 3x3 convolution `conv` without bias, batch norm `bn`, ReLU. Padded as `same`. */
export function convBlock(options: ConvBlockOptions, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const conv = conv2d({ ...options, padding: 'same' }, random);
  const bn = batchNorm<tf.Rank.R4>({ channels: options.out });
  return {
    forward: (x, mode) => bn.withRelu(conv.forward(x, mode), mode),
    ...compose({ conv, bn }),
  };
}

/** relu(x + bn(conv(x))): a residual of one 3x3 convolution. */
export function singleResidual(channels: number, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const conv = conv2d({ in: channels, out: channels }, random);
  const bn = batchNorm<tf.Rank.R4>({ channels });
  return {
    forward: (x, mode) => bn.withRelu(conv.forward(x, mode), mode, x),
    ...compose({ conv, bn }),
  };
}
