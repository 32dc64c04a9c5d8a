import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { type ImageStem, imageStem } from '../blocks/image-stem.js';
import { seBottleneckBlock } from '../blocks/se-bottleneck-block.js';
import { batchNorm } from '../layers/batch-norm.js';
import { compose, sequential } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';
import { stagesOf } from './stages.js';

export interface SeResnetArchitecture {
  readonly name: 'se-resnet';
  readonly channels: number;
  readonly stem: ImageStem;
  /** Blocks of every stage; all stages but the first halve the image. */
  readonly depths: readonly number[];
  /** Channels of the stem and of the first stage, which every stage doubles; a block gives 4 times as many. */
  readonly width: number;
  /** Groups of the 3x3 convolutions and the channels of each at a stage of 64 channels; null for no groups. */
  readonly cardinality: { readonly groups: number; readonly width: number } | null;
}

/**
 * Squeeze-and-excitation network (Hu et al. 2018) with the names of timm's legacy SENet. Depths 3, 4, 23, 3 are
 * SE-ResNet-101; with 32 groups of 4 channels SE-ResNeXt-101 (32x4d).
 */
export function seResnet(architecture: SeResnetArchitecture, random: Random): Backbone {
  const { channels, stem: kind, depths, width, cardinality } = architecture;
  const stem = imageStem({ stem: kind, in: channels, out: width, ceil: true }, random);
  const bn1 = batchNorm<tf.Rank.R4>({ channels: width });
  const stages = stagesOf({ in: width, width, depths, expansion: 4 }).map((blocks) =>
    sequential(...blocks.map((options) => seBottleneckBlock({ ...options, cardinality }, random))),
  );
  return pooledBackbone({
    dim: 4 * width * 2 ** (depths.length - 1),
    classifier: 'last_linear',
    fit: null,
    maps(x, mode) {
      const first = stem.pool(bn1.withRelu(stem.conv.forward(x, mode), mode));
      return stages.reduce((y, stage) => stage.forward(y, mode), first);
    },
    ...compose({
      layer0: compose({ conv1: stem.conv, bn1 }),
      ...Object.fromEntries(stages.map((stage, i) => [`layer${i + 1}`, stage])),
    }),
  });
}
