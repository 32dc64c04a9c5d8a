import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { compose, type Module } from '../module.js';
import { relu } from './activations.js';
import { dense } from './dense.js';
import { globalMean } from './pooling.js';

/**
 * Scales the channels of [batch, height, width, channels] by what the whole image shows (Hu et al. 2018): the
 * global mean goes through `fc1` to channels / reduction, a ReLU, `fc2` and a sigmoid.
 */
export function squeezeExcite(
  { channels, reduction = 16 }: { channels: number; reduction?: number },
  random: Random,
): Module<tf.Tensor4D, tf.Tensor4D> & { scale(x: tf.Tensor4D): tf.Tensor2D } {
  const hidden = Math.max(1, Math.floor(channels / reduction));
  const fc1 = dense({ in: channels, out: hidden }, random);
  const fc2 = dense({ in: hidden, out: channels }, random);
  const scale = (x: tf.Tensor4D): tf.Tensor2D => {
    const mode = { training: true };
    return fc2.forward(relu(fc1.forward(globalMean(x), mode)), mode).sigmoid();
  };
  return {
    scale,
    forward: (x) => x.mul(scale(x).reshape([x.shape[0], 1, 1, channels])),
    ...compose({ fc1, fc2 }),
  };
}
