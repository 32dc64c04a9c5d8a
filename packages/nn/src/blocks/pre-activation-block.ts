import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { compose, type Module } from '../module.js';

/**
 * Block of a wide residual network (Zagoruyko and Komodakis 2016): norm and ReLU before each 3x3 convolution,
 * conv2(relu(bn2(conv1(relu(bn1(x)))))) + shortcut. The shortcut is x, or where channels change `convShortcut`, a 1x1
 * convolution of relu(bn1(x)).
 */
export function preActivationBlock(
  options: { in: number; out: number; stride?: number },
  random: Random,
): Module<tf.Tensor4D, tf.Tensor4D> {
  const { in: inputs, out, stride = 1 } = options;
  const bn1 = batchNorm<tf.Rank.R4>({ channels: inputs });
  const conv1 = conv2d({ in: inputs, out, stride }, random);
  const bn2 = batchNorm<tf.Rank.R4>({ channels: out });
  const conv2 = conv2d({ in: out, out }, random);
  const convShortcut = inputs === out && stride === 1 ? null : conv2d({ in: inputs, out, size: 1, stride }, random);
  return {
    forward(x, mode) {
      const active = bn1.withRelu(x, mode);
      const inner = conv2.forward(bn2.withRelu(conv1.forward(active, mode), mode), mode);
      return inner.add(convShortcut === null ? x : convShortcut.forward(active, mode));
    },
    ...compose({ bn1, conv1, bn2, conv2, convShortcut }),
  };
}
