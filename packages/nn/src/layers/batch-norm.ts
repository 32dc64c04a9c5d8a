import { batchNorm as normalise, tf } from '@twoshot/engine';
import type { Module, NamedBuffer, NamedParameter } from '../module.js';
import { variableOf } from '../variable.js';

export interface BatchNormOptions {
  readonly channels: number;
  /** Share of the newest batch in the running statistics (PyTorch's form). */
  readonly momentum?: number;
  readonly eps?: number;
  /** False: no scale and no offset. */
  readonly affine?: boolean;
}

/**
 * Batch normalisation over all axes but the last of [..., channels], with PyTorch's conventions: epsilon 1e-5,
 * momentum .1, unbiased running variance. Parameters `weight` and `bias`, buffers `running_mean` and `running_var`.
 */
export function batchNorm<R extends tf.Rank = tf.Rank>(options: BatchNormOptions): Module<tf.Tensor<R>, tf.Tensor<R>> {
  const { channels, momentum = 0.1, eps = 1e-5, affine = true } = options;
  const gamma = affine ? variableOf<tf.Rank.R1>([channels], 1) : null;
  const beta = affine ? variableOf<tf.Rank.R1>([channels], 0) : null;
  const runningMean = variableOf<tf.Rank.R1>([channels], 0, false);
  const runningVariance = variableOf<tf.Rank.R1>([channels], 1, false);

  const training = (x: tf.Tensor<R>): tf.Tensor<R> => {
    const { y, mean, variance } = normalise(x, gamma, beta, eps);
    const rows = x.size / channels;
    moveTowards(runningMean, mean, momentum);
    moveTowards(runningVariance, variance, momentum, rows / Math.max(1, rows - 1));
    return y;
  };
  const evaluation = (x: tf.Tensor<R>): tf.Tensor<R> => {
    const inverse = runningVariance.add(eps).rsqrt();
    const scale = gamma === null ? inverse : inverse.mul(gamma);
    const offset = runningMean.mul(scale).neg();
    return x.mul(scale).add<tf.Tensor<R>>(beta === null ? offset : offset.add(beta));
  };
  const parameters: NamedParameter[] = [];
  if (gamma !== null && beta !== null)
    parameters.push(
      { name: 'weight', variable: gamma, layout: 'plain', trainable: true },
      { name: 'bias', variable: beta, layout: 'plain', trainable: true },
    );
  const buffers: NamedBuffer[] = [
    { name: 'running_mean', variable: runningMean },
    { name: 'running_var', variable: runningVariance },
  ];
  return { forward: (x, mode) => (mode.training ? training(x) : evaluation(x)), parameters, buffers };
}

function moveTowards(running: tf.Variable<tf.Rank.R1>, batch: tf.Tensor1D, momentum: number, factor = 1): void {
  tf.tidy(() => running.assign(running.mul(1 - momentum).add(batch.mul(momentum * factor))));
}
