import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { convBlock } from '../blocks/conv-block.js';
import { maxPool } from '../layers/pooling.js';
import { compose, type Module } from '../module.js';
import { type Backbone, pooledBackbone } from './backbone.js';

export interface Resnet9Architecture {
  readonly name: 'resnet9';
  readonly channels: number;
  /** Channels of the first layer; the last has 8 times as many. */
  readonly width: number;
}

/**
 * The nine-layer residual network of David Page's DAWNBench entry (2018): convolution, three times convolution and
 * halving, the first and the third followed by a residual of two convolutions; then the mean over positions.
 */
export function resnet9({ channels, width }: Resnet9Architecture, random: Random): Backbone {
  const prep = convBlock({ in: channels, out: width }, random);
  const layer1 = convBlock({ in: width, out: 2 * width }, random);
  const residual1 = pair(2 * width, random);
  const layer2 = convBlock({ in: 2 * width, out: 4 * width }, random);
  const layer3 = convBlock({ in: 4 * width, out: 8 * width }, random);
  const residual3 = pair(8 * width, random);
  return pooledBackbone({
    dim: 8 * width,
    classifier: 'fc',
    fit: null,
    maps(x, mode) {
      const first = halved(layer1.forward(prep.forward(x, mode), mode));
      const second = halved(layer2.forward(residual1.forward(first, mode), mode));
      const third = halved(layer3.forward(second, mode));
      return residual3.forward(third, mode);
    },
    ...compose({ prep, layer1, residual1, layer2, layer3, residual3 }),
  });
}

/** x + block(block(x)) */
function pair(width: number, random: Random): Module<tf.Tensor4D, tf.Tensor4D> {
  const first = convBlock({ in: width, out: width }, random);
  const second = convBlock({ in: width, out: width }, random);
  return {
    forward: (x, mode) => x.add(second.forward(first.forward(x, mode), mode)),
    ...compose({ 0: first, 1: second }),
  };
}

const halved = (x: tf.Tensor4D): tf.Tensor4D =>
  maxPool(x, {
    size: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 0],
    ],
  });
