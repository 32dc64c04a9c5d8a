import type { Random } from '@twoshot/engine/random';
import { convBlock } from '../blocks/conv-block.js';
import { maxPool } from '../layers/pooling.js';
import { compose } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';

export interface Conv4Architecture {
  readonly name: 'conv4';
  readonly channels: number;
  /** Channels of every layer; 64 in the few-shot literature. */
  readonly width: number;
}

/**
 * Four times 3x3 convolution, batch norm, ReLU, 2x2 maximum (Vinyals et al. 2016), then the mean over what is left, so
 * that the features do not depend on the image's side.
 */
export function conv4({ channels, width }: Conv4Architecture, random: Random): Backbone {
  const layer1 = convBlock({ in: channels, out: width }, random);
  const [layer2, layer3, layer4] = [0, 1, 2].map(() => convBlock({ in: width, out: width }, random)) as [
    typeof layer1,
    typeof layer1,
    typeof layer1,
  ];
  return pooledBackbone({
    dim: width,
    classifier: 'fc',
    fit: null,
    maps: (x, mode) =>
      [layer1, layer2, layer3, layer4].reduce((y, layer) => maxPool(layer.forward(y, mode), halving), x),
    ...compose({ layer1, layer2, layer3, layer4 }),
  });
}

const halving = {
  size: [2, 2],
  strides: [2, 2],
  padding: [
    [0, 0],
    [0, 0],
  ],
} as const;
