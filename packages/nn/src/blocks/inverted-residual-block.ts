import { createInvertedResidual, type InvertedResidual, type tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { convNorm, foldedWeights } from '../layers/conv-norm.js';
import { compose, type Module } from '../module.js';

export interface InvertedResidualOptions {
  readonly in: number;
  readonly out: number;
  /** Of the depthwise filter. */
  readonly size: 3 | 5;
  readonly stride: 1 | 2;
  /** Channels of the depthwise filter as a multiple of `in`. */
  readonly expansion: number;
  readonly eps: number;
  readonly momentum: number;
}

/**
 * Inverted residual block (Sandler et al. 2018) without squeeze and excitation: 1x1 to `expansion` times the channels,
 * a depthwise filter with TensorFlow's padding, both with batch norm and ReLU6, and 1x1 to `out` with batch norm; plus
 * the input where nothing changes its shape. Names of EfficientNet-PyTorch.
 */
export function invertedResidualBlock(
  options: InvertedResidualOptions,
  random: Random,
): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, out, size, stride, expansion, eps, momentum } = options;
  const inner = inputs * expansion;
  const norm = (channels: number) => batchNorm<tf.Rank.R4>({ channels, eps, momentum });
  const expand =
    expansion === 1 ? null : { conv: conv2d({ in: inputs, out: inner, size: 1 }, random), norm: norm(inner) };
  const depthwise = conv2d({ in: inner, out: inner, size, stride, groups: inner, padding: 'same' }, random);
  const depthwiseNorm = norm(inner);
  const project = conv2d({ in: inner, out, size: 1 }, random);
  const projectNorm = norm(out);
  const keepsShape = stride === 1 && inputs === out;
  const constant = (): InvertedResidual => {
    const weights = {
      expand: expand && foldedWeights(expand.conv, expand.norm),
      depthwise: foldedWeights(depthwise, depthwiseNorm),
      project: foldedWeights(project, projectNorm),
    };
    return createInvertedResidual(weights, { stride, residual: keepsShape });
  };
  return {
    forward(x, mode) {
      if (mode.constants !== undefined) return mode.constants.of(depthwise, constant).run(x, depthwise.paddingOf(x));
      const relu6 = { activation: 'relu6' } as const;
      const wide = expand === null ? x : convNorm(expand.conv, expand.norm, x, mode, relu6);
      const spatial = convNorm(depthwise, depthwiseNorm, wide, mode, relu6);
      return convNorm(project, projectNorm, spatial, mode, keepsShape ? { residual: x } : {});
    },
    ...compose({
      _expand_conv: expand && expand.conv,
      _bn0: expand && expand.norm,
      _depthwise_conv: depthwise,
      _bn1: depthwiseNorm,
      _project_conv: project,
      _bn2: projectNorm,
    }),
  };
}
