import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { relu } from '../layers/activations.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { squeezeExcite } from '../layers/squeeze-excite.js';
import { compose, type Module } from '../module.js';
import { projectionShortcut } from './projection-shortcut.js';

export interface SeBottleneckOptions {
  readonly in: number;
  /** Channels of the stage; the block gives 4 times as many. */
  readonly out: number;
  readonly stride?: number;
  /**
   * Groups of the 3x3 convolution and the channels of each at a stage of 64 channels, as in ResNeXt, where it also has
   * the stride. Null: no groups, and the first 1x1 convolution has the stride.
   */
  readonly cardinality?: { readonly groups: number; readonly width: number } | null;
}

/**
 * Bottleneck block whose channels are weighed before the sum (Hu et al. 2018): relu(squeezeExcite(bn3(conv3(...))) +
 * shortcut), with the names of timm's legacy SENet.
 */
export function seBottleneckBlock(options: SeBottleneckOptions, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, out, stride = 1, cardinality = null } = options;
  const inner = cardinality === null ? out : Math.floor((out * cardinality.width) / 64) * cardinality.groups;
  const [first, spatial] = cardinality === null ? [stride, 1] : [1, stride];
  const conv1 = conv2d({ in: inputs, out: inner, size: 1, stride: first }, random);
  const bn1 = batchNorm<tf.Rank.R4>({ channels: inner });
  const conv2 = conv2d({ in: inner, out: inner, stride: spatial, groups: cardinality?.groups ?? 1 }, random);
  const bn2 = batchNorm<tf.Rank.R4>({ channels: inner });
  const conv3 = conv2d({ in: inner, out: 4 * out, size: 1 }, random);
  const bn3 = batchNorm<tf.Rank.R4>({ channels: 4 * out });
  const excite = squeezeExcite({ channels: 4 * out }, random);
  const downsample =
    inputs === 4 * out && stride === 1 ? null : projectionShortcut({ in: inputs, out: 4 * out, stride }, random);
  return {
    forward(x, mode) {
      const narrow = bn1.withRelu(conv1.forward(x, mode), mode);
      const wide = conv3.forward(bn2.withRelu(conv2.forward(narrow, mode), mode), mode);
      const weighed = excite.forward(bn3.forward(wide, mode), mode);
      return relu(weighed.add<tf.Tensor4D>(downsample === null ? x : downsample.forward(x, mode)));
    },
    ...compose({ conv1, bn1, conv2, bn2, conv3, bn3, se_module: excite, downsample }),
  };
}
