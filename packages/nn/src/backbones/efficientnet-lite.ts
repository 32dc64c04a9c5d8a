import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { invertedResidualBlock } from '../blocks/inverted-residual-block.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { convNorm } from '../layers/conv-norm.js';
import { compose, inTurn, type Module, sequential } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';

export interface EfficientnetLiteArchitecture {
  readonly name: 'efficientnet-lite';
  readonly channels: number;
  /** Factor of the channels of every stage, rounded to multiples of 8; stem and head keep theirs. */
  readonly width: number;
  /** Factor of the blocks of every stage but the first and the last, rounded up. */
  readonly depth: number;
}

/** Blocks, filter, stride, expansion and channels of the stages of EfficientNet-B0 (Tan and Le 2019). */
const stages = [
  { blocks: 1, size: 3, stride: 1, expansion: 1, out: 16 },
  { blocks: 2, size: 3, stride: 2, expansion: 6, out: 24 },
  { blocks: 2, size: 5, stride: 2, expansion: 6, out: 40 },
  { blocks: 3, size: 3, stride: 2, expansion: 6, out: 80 },
  { blocks: 3, size: 5, stride: 1, expansion: 6, out: 112 },
  { blocks: 4, size: 5, stride: 2, expansion: 6, out: 192 },
  { blocks: 1, size: 3, stride: 1, expansion: 6, out: 320 },
] as const;

const [stemWidth, headWidth] = [32, 1280];
type Layer = Pick<Module<tf.Tensor4D, tf.Tensor4D>, 'forward'>;

/** Of batch norm: TensorFlow's epsilon of these networks, and its decay of 0.99. */
const norms = { eps: 1e-3, momentum: 0.01 };

/**
 * EfficientNet-Lite (TensorFlow's `efficientnet/lite`, 2020): EfficientNet without squeeze and excitation, ReLU6 in place
 * of swish, a stem and a head of fixed width, TensorFlow's padding. Width 1, depth 1 is Lite0; 1.1, 1.2 is Lite2. Names
 * of EfficientNet-PyTorch.
 */
export function efficientnetLite(architecture: EfficientnetLiteArchitecture, random: Random): Backbone {
  const { channels, width, depth } = architecture;
  const stem = conv2d({ in: channels, out: stemWidth, stride: 2, padding: 'same' }, random);
  const stemNorm = batchNorm<tf.Rank.R4>({ channels: stemWidth, ...norms });
  let inputs = stemWidth;
  const blocks = stages.flatMap(({ blocks: count, size, stride, expansion, out: full }, stage) => {
    const isInner = stage > 0 && stage < stages.length - 1;
    const out = roundedWidth(full * width);
    return Array.from({ length: isInner ? Math.ceil(count * depth) : count }, (_, i) => {
      const options = { in: inputs, out, size, stride: i === 0 ? stride : 1, expansion, ...norms } as const;
      inputs = out;
      return invertedResidualBlock(options, random);
    });
  });
  const head = conv2d({ in: inputs, out: headWidth, size: 1 }, random);
  const headNorm = batchNorm<tf.Rank.R4>({ channels: headWidth, ...norms });
  const capped = { activation: 'relu6' } as const;
  const first: Layer = { forward: (x, mode) => convNorm(stem, stemNorm, x, mode, capped) };
  const last: Layer = { forward: (x, mode) => convNorm(head, headNorm, x, mode, capped) };
  return pooledBackbone({
    dim: headWidth,
    classifier: '_fc',
    fit: null,
    maps: (x, mode) => inTurn([first, ...blocks, last], x, mode),
    ...compose({ _conv_stem: stem, _bn0: stemNorm, _blocks: sequential(...blocks), _conv_head: head, _bn1: headNorm }),
  });
}

/** The nearest multiple of 8, at least 8 and not below 90 % of what was asked for. */
function roundedWidth(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}
