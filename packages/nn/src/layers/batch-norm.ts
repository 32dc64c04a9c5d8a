import { batchNorm as normalise, relu, tf, updateAverages } from '@twoshot/engine';
import type { Mode, Module, NamedBuffer, NamedParameter } from '../module.js';
import { variableOf } from '../variable.js';

export interface BatchNormOptions {
  readonly channels: number;
  /** Share of the newest batch in the running statistics (PyTorch's form). */
  readonly momentum?: number;
  readonly eps?: number;
  /** False: no scale and no offset. */
  readonly affine?: boolean;
}

/** Batch norm, which can take along what usually follows it: `relu(norm(x) + residual)` is one pass on the native engine. */
export interface BatchNorm<R extends tf.Rank> extends Module<tf.Tensor<R>, tf.Tensor<R>> {
  /** relu(norm(x) + residual), without the sum where `residual` is left out. */
  rectified(x: tf.Tensor<R>, mode: Mode, residual?: tf.Tensor<R>): tf.Tensor<R>;
}

/**
 * Batch normalisation over all axes but the last of [..., channels], with PyTorch's conventions: epsilon 1e-5,
 * momentum .1, unbiased running variance. Parameters `weight` and `bias`, buffers `running_mean` and `running_var`.
 */
export function batchNorm<R extends tf.Rank = tf.Rank>(options: BatchNormOptions): BatchNorm<R> {
  const { channels, momentum = 0.1, eps = 1e-5, affine = true } = options;
  const gamma = affine ? variableOf<tf.Rank.R1>([channels], 1) : null;
  const beta = affine ? variableOf<tf.Rank.R1>([channels], 0) : null;
  const runningMean = variableOf<tf.Rank.R1>([channels], 0, false);
  const runningVariance = variableOf<tf.Rank.R1>([channels], 1, false);

  const training = (x: tf.Tensor<R>, following: { relu?: boolean; residual?: tf.Tensor<R> } = {}): tf.Tensor<R> => {
    const { y, mean, variance } = normalise(x, gamma, beta, eps, following);
    const rows = x.size / channels;
    tf.tidy(() => {
      const unbiased = variance.mul(rows / Math.max(1, rows - 1));
      const pairs = [
        { average: runningMean, value: mean },
        { average: runningVariance, value: unbiased },
      ];
      updateAverages(pairs, 1 - momentum);
    });
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
  return {
    forward: (x, mode) => (mode.training ? training(x) : evaluation(x)),
    rectified(x, mode, residual) {
      if (mode.training) return training(x, { relu: true, ...(residual === undefined ? {} : { residual }) });
      const y = evaluation(x);
      return relu(residual === undefined ? y : y.add<tf.Tensor<R>>(residual));
    },
    parameters,
    buffers,
  };
}
