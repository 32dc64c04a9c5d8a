import {
  batchNorm as normaliseBatch,
  type BatchNormOptions as Following,
  normalise,
  tf,
  updateAverages,
} from '@twoshot/engine';
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

/** Batch norm, fused with what usually follows it: `relu(norm(x) + residual)` is one pass on the native engine. */
export interface BatchNorm<R extends tf.Rank> extends Module<tf.Tensor<R>, tf.Tensor<R>> {
  /** relu(norm(x) + residual), without the sum where `residual` is left out. */
  withRelu(x: tf.Tensor<R>, mode: Mode, residual?: tf.Tensor<R>): tf.Tensor<R>;
  /**
   * The affine map of each channel in evaluation: `x * scale + offset`, both `[channels]`, from the running statistics.
   */
  evaluated(): { readonly scale: tf.Tensor1D; readonly offset: tf.Tensor1D };
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

  const training = (x: tf.Tensor<R>, following: Following<R>): tf.Tensor<R> => {
    const { y, mean, variance } = normaliseBatch(x, gamma, beta, eps, following);
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
  const scaleOf = (): tf.Tensor1D => {
    const inverse: tf.Tensor1D = tf.rsqrt(tf.add(runningVariance, eps));
    return gamma === null ? inverse : tf.mul<tf.Tensor1D>(inverse, gamma);
  };
  const evaluation = (x: tf.Tensor<R>, following: Following<R>): tf.Tensor<R> =>
    normalise(x, runningMean, scaleOf(), beta, following);
  const normalised = (x: tf.Tensor<R>, { training: ofBatch }: Mode, following: Following<R>): tf.Tensor<R> =>
    ofBatch ? training(x, following) : evaluation(x, following);
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
    forward: (x, mode) => normalised(x, mode, {}),
    withRelu: (x, mode, residual) =>
      normalised(x, mode, { relu: true, ...(residual === undefined ? {} : { residual }) }),
    evaluated() {
      const scale = scaleOf();
      const offset = tf.neg<tf.Tensor1D>(tf.mul(runningMean, scale));
      return { scale, offset: beta === null ? offset : tf.add(offset, beta) };
    },
    parameters,
    buffers,
  };
}
