import type { tf } from '@twoshot/engine';
import type { Module } from '../module.js';
import { variableOf } from '../variable.js';

/** Normalisation of each row of [..., channels] over its last axis (Ba et al. 2016). Parameters `weight`, `bias`. */
export function layerNorm({ channels, eps = 1e-5 }: { channels: number; eps?: number }): Module {
  const { gamma, beta, parameters } = affine(channels);
  return {
    forward: (x) => standardise(x, [-1], eps).mul(gamma).add(beta),
    parameters,
    buffers: [],
  };
}

/**
 * Normalisation of each image of [batch, height, width, channels] over its positions and the consecutive channels of
 * a group (Wu and He 2018). Parameters `weight`, `bias`.
 *
 * @throws RangeError where the groups do not divide the channels.
 */
export function groupNorm(options: {
  channels: number;
  groups: number;
  eps?: number;
}): Module<tf.Tensor4D, tf.Tensor4D> {
  const { channels, groups, eps = 1e-5 } = options;
  if (channels % groups !== 0) throw new RangeError(`${groups} groups do not divide ${channels} channels`);
  const { gamma, beta, parameters } = affine(channels);
  return {
    forward: (x) => {
      const [batch, height, width] = x.shape;
      const grouped = x.reshape([batch, height * width, groups, channels / groups]);
      return standardise(grouped, [1, 3], eps).reshape(x.shape).mul<tf.Tensor4D>(gamma).add<tf.Tensor4D>(beta);
    },
    parameters,
    buffers: [],
  };
}

function affine(channels: number): Pick<Module, 'parameters'> & { gamma: tf.Tensor1D; beta: tf.Tensor1D } {
  const gamma = variableOf<tf.Rank.R1>([channels], 1);
  const beta = variableOf<tf.Rank.R1>([channels], 0);
  return {
    gamma,
    beta,
    parameters: [
      { name: 'weight', variable: gamma, layout: 'plain', trainable: true },
      { name: 'bias', variable: beta, layout: 'plain', trainable: true },
    ],
  };
}

/** Mean 0 and biased variance 1 over the axes. */
function standardise(x: tf.Tensor, axes: number[], eps: number): tf.Tensor {
  const centred = x.sub(x.mean(axes, true));
  return centred.mul(centred.square().mean(axes, true).add(eps).rsqrt());
}
