import type * as tf from '@tensorflow/tfjs-core';
import type { FusedConv2dOptions } from './fused-conv2d.js';
import type { Window } from './window.js';

/** Lowest and highest output. */
export type Limits = readonly [low: number, high: number];

/** Limits of the activations. */
export const LIMITS: Readonly<Record<NonNullable<FusedConv2dOptions['activation']>, Limits>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** What a kernel is told beside images and packed weights. */
export interface ConstantCall {
  /** Of the filter, `[height, width, in, out]`. */
  readonly shape: tf.Tensor4D['shape'];
  readonly window: Window;
  readonly limits: Limits;
  readonly residual: tf.Tensor4D | undefined;
}
