import { biasAdd, tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { fanInUniform } from '../initialise.js';
import type { Module, NamedParameter } from '../module.js';
import { variableOf } from '../variable.js';

export interface DenseOptions {
  readonly in: number;
  readonly out: number;
  readonly bias?: boolean;
}

/** Linear map of [batch, in] to [batch, out]. Parameters `weight` (kept as [in, out]) and `bias`. */
export function dense(options: DenseOptions, random: Random): Module<tf.Tensor2D, tf.Tensor2D> {
  const { in: inputs, out: outputs, bias = true } = options;
  const weight = variableOf<tf.Rank.R2>([inputs, outputs], fanInUniform(random, inputs * outputs, inputs));
  const offset = bias ? variableOf<tf.Rank.R1>([outputs], fanInUniform(random, outputs, inputs)) : null;
  const parameters: NamedParameter[] = [{ name: 'weight', variable: weight, layout: 'matrix', trainable: true }];
  if (offset !== null) parameters.push({ name: 'bias', variable: offset, layout: 'plain', trainable: true });
  return {
    forward: (x) => {
      const product = tf.matMul<tf.Tensor2D>(x, weight);
      return offset === null ? product : biasAdd(product, offset);
    },
    parameters,
    buffers: [],
  };
}
