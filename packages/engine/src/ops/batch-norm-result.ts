import type * as tf from '@tensorflow/tfjs-core';

export interface BatchNormOptions<R extends tf.Rank> {
  /** Added after the normalisation, of the shape of `x`. */
  readonly residual?: tf.Tensor<R>;
  /** Ends with `max(y, 0)`. */
  readonly relu?: boolean;
}

export interface BatchNorm<R extends tf.Rank> {
  /** Normalised, scaled and shifted; gradients flow through it, the statistics included. */
  readonly y: tf.Tensor<R>;
  /** `[channels]`, mean over all axes but the last; no gradient flows through it. */
  readonly mean: tf.Tensor1D;
  /** `[channels]`, biased variance (divided by n); no gradient flows through it. */
  readonly variance: tf.Tensor1D;
}
