import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { conv2d } from '../layers/conv.js';
import { maxPool } from '../layers/pooling.js';
import type { Module } from '../module.js';

/**
 * How images enter a network: `conv` keeps their side, with a 3x3 filter for small images; `imagenet` reduces it to a
 * quarter by a 7x7 filter of stride 2 and a 3x3 maximum of stride 2.
 */
export type ImageStem = 'conv' | 'imagenet';

export interface ImageStemLayers {
  /** The first convolution, without bias. */
  readonly conv: Module<tf.Tensor4D, tf.Tensor4D>;
  /** What follows its norm and rectifier: the maximum of the ImageNet stem, or nothing. */
  readonly pool: (x: tf.Tensor4D) => tf.Tensor4D;
}

/** @param options.ceil whether the maximum rounds sides up without padding (Caffe's rule) in place of padding by 1 */
export function imageStem(
  options: { stem: ImageStem; in: number; out: number; ceil?: boolean },
  random: Random,
): ImageStemLayers {
  const { stem, in: inputs, out, ceil = false } = options;
  if (stem === 'conv') return { conv: conv2d({ in: inputs, out }, random), pool: (x) => x };
  return {
    conv: conv2d({ in: inputs, out, size: 7, stride: 2 }, random),
    pool(x) {
      const [, height, width] = x.shape;
      return maxPool(x, { size: [3, 3], strides: [2, 2], padding: [margin(height, ceil), margin(width, ceil)] });
    },
  };
}

/** Padding that makes a window of 3 and stride 2 give half the side. */
const margin = (side: number, ceil: boolean): [number, number] => (ceil ? [0, 1 - (side % 2)] : [1, 1]);
