import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { type ImageStem, imageStem } from '../blocks/image-stem.js';
import { bottleneckBlock, residualBlock } from '../blocks/residual-block.js';
import { batchNorm } from '../layers/batch-norm.js';
import { compose, sequential } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';
import { stagesOf } from './stages.js';

export interface ResnetArchitecture {
  readonly name: 'resnet';
  readonly channels: number;
  readonly stem: ImageStem;
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of every stage; all stages but the first halve the image. */
  readonly depths: readonly number[];
  /** Channels of the first stage, which every stage doubles; a bottleneck block gives 4 times as many. */
  readonly width: number;
}

/**
 * Residual network (He et al. 2016) with the names of torchvision. Depths 2, 2, 2, 2 of basic blocks and width 64 are
 * ResNet-18; 3, 3, 3 and width 16 the ResNet-20 of small images, whose shortcuts are projections here.
 */
export function resnet(architecture: ResnetArchitecture, random: Random): Backbone {
  const { channels, stem: kind, block, depths, width } = architecture;
  const stem = imageStem({ stem: kind, in: channels, out: width }, random);
  const bn1 = batchNorm<tf.Rank.R4>({ channels: width });
  const [build, expansion] = block === 'basic' ? [residualBlock, 1] : [bottleneckBlock, 4];
  const stages = stagesOf({ in: width, width, depths, expansion }).map((blocks) =>
    sequential(...blocks.map((options) => build(options, random))),
  );
  return pooledBackbone({
    dim: width * 2 ** (depths.length - 1) * expansion,
    classifier: 'fc',
    fit: null,
    maps(x, mode) {
      const first = stem.pool(bn1.withRelu(stem.conv.forward(x, mode), mode));
      return stages.reduce((y, stage) => stage.forward(y, mode), first);
    },
    ...compose({
      conv1: stem.conv,
      bn1,
      ...Object.fromEntries(stages.map((stage, i) => [`layer${i + 1}`, stage])),
    }),
  });
}
