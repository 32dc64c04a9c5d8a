import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { type BatchNorm, batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { compose, type Module } from '../module.js';
import { projectionShortcut } from './projection-shortcut.js';

export interface ResidualOptions {
  readonly in: number;
  readonly out: number;
  readonly stride?: number;
  readonly eps?: number;
  /** Whether the shortcut has a convolution of its own; by default where the shape changes, which needs it. */
  readonly projection?: boolean;
}

/**
 * Basic block of a residual network (He et al. 2016): relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut), 3x3 filters,
 * the stride in `conv1`. Where shape changes, or on demand, the shortcut is `downsample`, a 1x1 convolution with batch norm.
 */
export function residualBlock(options: ResidualOptions, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, out: outputs, stride = 1 } = options;
  const norm = normOf(options);
  const conv1 = conv2d({ in: inputs, out: outputs, stride }, random);
  const bn1 = norm(outputs);
  const conv2 = conv2d({ in: outputs, out: outputs }, random);
  const bn2 = norm(outputs);
  const downsample = shortcut(options, outputs, random);
  return {
    forward(x, mode) {
      const inner = bn1.withRelu(conv1.forward(x, mode), mode);
      return bn2.withRelu(conv2.forward(inner, mode), mode, downsample === null ? x : downsample.forward(x, mode));
    },
    ...compose({ conv1, bn1, conv2, bn2, downsample }),
  };
}

/**
 * Bottleneck block (He et al. 2016): 1x1 to `out`, 3x3 with the stride, 1x1 to 4 x `out`, batch norm after each, ReLU
 * after the first two and after the sum.
 */
export function bottleneckBlock(options: ResidualOptions, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, out: width, stride = 1 } = options;
  const norm = normOf(options);
  const conv1 = conv2d({ in: inputs, out: width, size: 1 }, random);
  const bn1 = norm(width);
  const conv2 = conv2d({ in: width, out: width, stride }, random);
  const bn2 = norm(width);
  const conv3 = conv2d({ in: width, out: 4 * width, size: 1 }, random);
  const bn3 = norm(4 * width);
  const downsample = shortcut(options, 4 * width, random);
  return {
    forward(x, mode) {
      const narrow = bn1.withRelu(conv1.forward(x, mode), mode);
      const spatial = bn2.withRelu(conv2.forward(narrow, mode), mode);
      return bn3.withRelu(conv3.forward(spatial, mode), mode, downsample === null ? x : downsample.forward(x, mode));
    },
    ...compose({ conv1, bn1, conv2, bn2, conv3, bn3, downsample }),
  };
}

type ImageModule = Module<tf.Tensor4D, tf.Tensor4D>;

const normOf =
  ({ eps = 1e-5 }: ResidualOptions) =>
  (channels: number): BatchNorm<tf.Rank.R4> =>
    batchNorm<tf.Rank.R4>({ channels, eps });

function shortcut(options: ResidualOptions, outputs: number, random: Random): ImageModule | null {
  const { in: inputs, stride = 1 } = options;
  const changes = inputs !== outputs || stride !== 1;
  if (!(options.projection ?? changes)) {
    if (changes)
      throw new RangeError(`a shortcut from ${inputs} to ${outputs} channels, stride ${stride}, needs its projection`);
    return null;
  }
  return projectionShortcut({ in: inputs, out: outputs, stride, eps: options.eps ?? 1e-5 }, random);
}
