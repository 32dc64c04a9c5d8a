import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { compose, type Module } from '../module.js';

/** A shortcut past a block that changes the shape: a 1x1 convolution `0` with the block's stride, and batch norm `1`. */
export function projectionShortcut(
  options: { in: number; out: number; stride: number; eps?: number },
  random: Random,
): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, out, stride, eps = 1e-5 } = options;
  const project = conv2d({ in: inputs, out, size: 1, stride }, random);
  const norm = batchNorm<tf.Rank.R4>({ channels: out, eps });
  return {
    forward: (x, mode) => norm.forward(project.forward(x, mode), mode),
    ...compose({ 0: project, 1: norm }),
  };
}
