import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { compose, type Module } from '../module.js';

export interface DenseBlockOptions {
  readonly in: number;
  readonly layers: number;
  /** Channels that each layer adds. */
  readonly growth: number;
  /** Channels between the two convolutions of a layer; 4 x growth in the paper. */
  readonly bottleneck?: number;
  readonly eps?: number;
}

/**
 * Dense block (Huang et al. 2017): each of `denselayer1`, ... sees all features before it and appends `growth` new
 * ones by norm, ReLU, 1x1, norm, ReLU, 3x3. Output channels: in + layers x growth.
 */
export function denseBlock(options: DenseBlockOptions, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const layers = Array.from({ length: options.layers }, (_, i) =>
    denseLayer({ ...options, in: options.in + i * options.growth }, random),
  );
  return {
    forward: (x, mode) => layers.reduce((all, layer) => tf.concat([all, layer.forward(all, mode)], 3), x),
    ...compose(Object.fromEntries(layers.map((layer, i) => [`denselayer${i + 1}`, layer]))),
  };
}

function denseLayer(options: DenseBlockOptions, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, growth, bottleneck = 4 * growth, eps = 1e-5 } = options;
  const norm1 = batchNorm<tf.Rank.R4>({ channels: inputs, eps });
  const conv1 = conv2d({ in: inputs, out: bottleneck, size: 1 }, random);
  const norm2 = batchNorm<tf.Rank.R4>({ channels: bottleneck, eps });
  const conv2 = conv2d({ in: bottleneck, out: growth }, random);
  return {
    forward(x, mode) {
      const narrow = conv1.forward(norm1.withRelu(x, mode), mode);
      return conv2.forward(norm2.withRelu(narrow, mode), mode);
    },
    ...compose({ norm1, conv1, norm2, conv2 }),
  };
}
