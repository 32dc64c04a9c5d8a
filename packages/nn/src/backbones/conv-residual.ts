import type { Random } from '@twoshot/engine/random';
import { convBlock, singleResidual } from '../blocks/conv-block.js';
import { patchWhitening } from '../layers/patch-whitening.js';
import { compose } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';

export interface ConvResidualArchitecture {
  readonly name: 'conv-residual';
  readonly channels: number;
  /** `conv` is learned; `whitened` is computed from patches of the training views and frozen. */
  readonly stem: 'conv' | 'whitened';
  /** Channels of the first layer. */
  readonly stemWidth: number;
  /** Channels of the stages; every stage halves the image, all but the first add a residual. */
  readonly widths: readonly number[];
}

/**
 * A network for minutes on a few cores: a 3x3 stem, then stages that halve by a strided 3x3 convolution and add
 * relu(x + conv(x)) from the second stage on, then the mean over positions. With the stem of 16 and widths 64, 128,
 * 256 it has 1.1 million parameters and 7.8 million multiplications an image of 16 x 16.
 */
export function convResidual(architecture: ConvResidualArchitecture, random: Random): Backbone {
  const { channels, stem: kind, stemWidth, widths } = architecture;
  const whitening =
    kind === 'whitened' ? patchWhitening({ channels, directions: Math.floor(stemWidth / 2) }, random) : null;
  const stem = whitening ?? convBlock({ in: channels, out: stemWidth }, random);
  const stages = widths.map((out, i) => ({
    down: convBlock({ in: i === 0 ? stemWidth : widths[i - 1]!, out, stride: 2 }, random),
    residual: i === 0 ? null : singleResidual(out, random),
  }));
  return pooledBackbone({
    dim: widths.at(-1)!,
    classifier: 'fc',
    fit: whitening === null ? null : (views) => whitening.fit(views),
    maps(x, mode) {
      let y = stem.forward(x, mode);
      for (const { down, residual } of stages) {
        y = down.forward(y, mode);
        if (residual !== null) y = residual.forward(y, mode);
      }
      return y;
    },
    ...compose({
      stem,
      ...Object.fromEntries(stages.map((stage, i) => [`stage${i + 1}`, compose({ ...stage })])),
    }),
  });
}
