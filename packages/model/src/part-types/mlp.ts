import type { tf } from '@twoshot/engine';
import { mlp, type MlpOptions, type Module } from '@twoshot/nn';
import { fieldsOf, refuse } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';

/** A function from rows to rows with weights. */
export type RowModule = Module<tf.Tensor2D, tf.Tensor2D>;

/** Dense layers: projectors, predictors, rotation heads. */
export const mlpPart: PartType<MlpOptions, RowModule> = {
  type: 'mlp',
  read(architecture) {
    const { widths, lastNorm = 'none', lastBias = true } = fieldsOf(architecture, 'an object with `widths`');
    if (!Array.isArray(widths) || widths.length < 2 || !widths.every((width) => Number.isInteger(width) && width > 0))
      return refuse(widths, 'at least two widths');
    if (lastNorm !== 'none' && lastNorm !== 'affine-free') return refuse(lastNorm, '`none` or `affine-free`');
    if (typeof lastBias !== 'boolean') return refuse(lastBias, 'true or false as lastBias');
    return { widths: widths as number[], lastNorm, lastBias };
  },
  gives: ({ widths }) => ({ what: 'features', dim: widths.at(-1)! }),
  create: mlp,
};
