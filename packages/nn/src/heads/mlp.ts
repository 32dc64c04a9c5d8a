import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { relu } from '../layers/activations.js';
import { batchNorm } from '../layers/batch-norm.js';
import { dense } from '../layers/dense.js';
import { lambda, type Module, sequential } from '../module.js';

export interface MlpOptions {
  /** Width of the input, of every hidden layer and of the output. */
  readonly widths: readonly number[];
  /** Batch norm after the last layer: none, or one without scale and offset (which also drops the bias). */
  readonly lastNorm?: 'none' | 'affine-free';
  /** Bias of the last layer where no norm follows. */
  readonly lastBias?: boolean;
}

/**
 * Dense layers with batch norm and ReLU between them: projectors and predictors of self-supervised training. Hidden
 * layers have no bias, since the norm removes it.
 */
export function mlp(options: MlpOptions, random: Random): Module<tf.Tensor2D, tf.Tensor2D> {
  const { widths, lastNorm = 'none', lastBias = true } = options;
  const last = widths.length - 2;
  const modules = widths.slice(1).flatMap((out, i): Module<tf.Tensor2D, tf.Tensor2D>[] => {
    const input = widths[i]!;
    if (i < last)
      return [
        dense({ in: input, out, bias: false }, random),
        batchNorm<tf.Rank.R2>({ channels: out }),
        lambda(relu<tf.Tensor2D>),
      ];
    if (lastNorm === 'none') return [dense({ in: input, out, bias: lastBias }, random)];
    return [dense({ in: input, out, bias: false }, random), batchNorm<tf.Rank.R2>({ channels: out, affine: false })];
  });
  return sequential(...modules);
}
