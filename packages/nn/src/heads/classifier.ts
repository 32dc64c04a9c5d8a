import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { Backbone } from '../backbones/backbone.js';
import { dense } from '../layers/dense.js';
import { compose, type Module } from '../module.js';

/**
 * A backbone with a linear layer on top: images [batch, height, width, channels] to logits [batch, classes]. The names
 * of its weights are those of the reference's whole network, with the layer under `backbone.classifier`.
 */
export function classifierNetwork(
  backbone: Backbone,
  classes: number,
  random: Random,
): Module<tf.Tensor4D, tf.Tensor2D> {
  const linear = dense({ in: backbone.dim, out: classes }, random);
  const { parameters } = compose({ [backbone.classifier]: linear });
  return {
    forward: (x, mode) => linear.forward(backbone.forward(x, mode), mode),
    parameters: [...backbone.parameters, ...parameters],
    buffers: backbone.buffers,
  };
}
