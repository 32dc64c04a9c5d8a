import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { compose, type Module } from '../module.js';
import { relu } from './activations.js';
import { conv2d } from './conv.js';
import { globalMean } from './pooling.js';

/**
 * Scales the channels of [batch, height, width, channels] by what the whole image shows (Hu et al. 2018): the
 * global mean goes through `fc1` to channels / reduction, a ReLU, `fc2` and a sigmoid. Both are 1x1 convolutions, as
 * they are in the weight files of others.
 */
export function squeezeExcite(
  { channels, reduction = 16 }: { channels: number; reduction?: number },
  random: Random,
): Module<tf.Tensor4D, tf.Tensor4D> & { scale(x: tf.Tensor4D): tf.Tensor2D } {
  const hidden = Math.max(1, Math.floor(channels / reduction));
  const fc1 = conv2d({ in: channels, out: hidden, size: 1, bias: true }, random);
  const fc2 = conv2d({ in: hidden, out: channels, size: 1, bias: true }, random);
  const scales = (x: tf.Tensor4D): tf.Tensor4D => {
    const mode = { training: true };
    const means = globalMean(x).reshape<tf.Tensor4D>([x.shape[0], 1, 1, channels]);
    return fc2.forward(relu(fc1.forward(means, mode)), mode).sigmoid();
  };
  return {
    scale: (x) => scales(x).reshape([x.shape[0], channels]),
    forward: (x) => x.mul(scales(x)),
    ...compose({ fc1, fc2 }),
  };
}
