import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { type ImageStem, imageStem } from '../blocks/image-stem.js';
import { preActivationBlock } from '../blocks/pre-activation-block.js';
import { batchNorm } from '../layers/batch-norm.js';
import { compose, sequential } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';
import { stagesOf } from './stages.js';

export interface WideResnetArchitecture {
  readonly name: 'wide-resnet';
  readonly channels: number;
  readonly stem: ImageStem;
  /** Blocks of every stage; all stages but the first halve the image. WRN-28 has 4, 4, 4. */
  readonly depths: readonly number[];
  /** Channels of the first stage, which every stage doubles: 16 k for WRN-n-k. */
  readonly width: number;
}

const STEM_WIDTH = 16;

/** Wide residual network (Zagoruyko and Komodakis 2016), pre-activation; names of xternalz/WideResNet-pytorch. */
export function wideResnet(architecture: WideResnetArchitecture, random: Random): Backbone {
  const { channels, stem: kind, depths, width } = architecture;
  const stem = imageStem({ stem: kind, in: channels, out: STEM_WIDTH }, random);
  const stages = stagesOf({ in: STEM_WIDTH, width, depths, expansion: 1 }).map((blocks) =>
    sequential(...blocks.map((options) => preActivationBlock(options, random))),
  );
  const dim = width * 2 ** (depths.length - 1);
  const bn1 = batchNorm<tf.Rank.R4>({ channels: dim });
  return pooledBackbone({
    dim,
    classifier: 'fc',
    fit: null,
    maps(x, mode) {
      const first = stem.pool(stem.conv.forward(x, mode));
      const last = stages.reduce((y, stage) => stage.forward(y, mode), first);
      return bn1.withRelu(last, mode);
    },
    ...compose({
      conv1: stem.conv,
      ...Object.fromEntries(stages.map((layer, i) => [`block${i + 1}`, compose({ layer })])),
      bn1,
    }),
  });
}
