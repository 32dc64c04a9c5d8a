import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { denseBlock } from '../blocks/dense-block.js';
import { type ImageStem, imageStem } from '../blocks/image-stem.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { avgPool } from '../layers/pooling.js';
import { compose, type Module } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';

export interface DensenetArchitecture {
  readonly name: 'densenet';
  readonly channels: number;
  readonly stem: ImageStem;
  /** Layers of every dense block; all blocks but the first halve the image. DenseNet-121 has 6, 12, 24, 16. */
  readonly depths: readonly number[];
  /** Channels that each layer adds; the stem gives twice as many. */
  readonly width: number;
}

/** Densely connected network with bottlenecks and halving transitions (Huang et al. 2017), names of torchvision. */
export function densenet(architecture: DensenetArchitecture, random: Random): Backbone {
  const { channels, stem: kind, depths, width: growth } = architecture;
  const stem = imageStem({ stem: kind, in: channels, out: 2 * growth }, random);
  const norm0 = batchNorm<tf.Rank.R4>({ channels: 2 * growth });
  let dim = 2 * growth;
  const parts = depths.flatMap((layers, i) => {
    const dense = { name: `denseblock${i + 1}`, module: denseBlock({ in: dim, layers, growth }, random) };
    dim += layers * growth;
    if (i === depths.length - 1) return [dense];
    const between = { name: `transition${i + 1}`, module: transition(dim, random) };
    dim = Math.floor(dim / 2);
    return [dense, between];
  });
  const norm5 = batchNorm<tf.Rank.R4>({ channels: dim });
  return pooledBackbone({
    dim,
    classifier: 'classifier',
    fit: null,
    maps(x, mode) {
      const first = stem.pool(norm0.withRelu(stem.conv.forward(x, mode), mode));
      const last = parts.reduce((y, { module }) => module.forward(y, mode), first);
      return norm5.withRelu(last, mode);
    },
    ...compose({
      features: compose({
        conv0: stem.conv,
        norm0,
        ...Object.fromEntries(parts.map(({ name, module }) => [name, module])),
        norm5,
      }),
    }),
  });
}

/** Norm, ReLU, 1x1 convolution to half of the channels, mean over 2x2. */
function transition(channels: number, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const norm = batchNorm<tf.Rank.R4>({ channels });
  const conv = conv2d({ in: channels, out: Math.floor(channels / 2), size: 1 }, random);
  return {
    forward: (x, mode) => avgPool(conv.forward(norm.withRelu(x, mode), mode), { size: [2, 2] }),
    ...compose({ norm, conv }),
  };
}
