import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { dense } from '../layers/dense.js';
import { l2Normalize } from '../layers/l2-normalize.js';
import type { Module } from '../module.js';

/**
 * The classifier of Baseline++ (Chen et al. 2019): `scale` times the cosines [batch, out] of rows [batch, in] and class vectors.
 * Parameter `weight` (kept as [in, out]).
 */
export function cosineClassifier(
  { scale, ...sizes }: { in: number; out: number; scale: number },
  random: Random,
): Module<tf.Tensor2D, tf.Tensor2D> {
  const { parameters, buffers } = dense({ ...sizes, bias: false }, random);
  const weight = parameters[0]!.variable;
  return {
    parameters,
    buffers,
    forward: (x) => tf.mul(tf.matMul(l2Normalize(x), l2Normalize(tf.transpose(weight)), false, true), scale),
  };
}
