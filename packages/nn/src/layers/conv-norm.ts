import type { ConvolutionWeights, tf } from '@twoshot/engine';
import { type Mode } from '../module.js';
import { relu, relu6 } from './activations.js';
import type { BatchNorm } from './batch-norm.js';
import type { Conv, Following } from './conv.js';

/**
 * activation(norm(conv(x)) + residual). In evaluation the norm is part of the filter, and the whole is one op.
 *
 * @param conv without groups, or depthwise
 */
export function convNorm(
  conv: Conv,
  norm: BatchNorm<tf.Rank.R4>,
  x: tf.Tensor4D,
  mode: Mode,
  following: Following = {},
): tf.Tensor4D {
  const { activation = 'linear', residual } = following;
  if (mode.constants !== undefined) {
    const constant = mode.constants.of(conv, () => conv.constant(foldedWeights(conv, norm), activation));
    return constant.run(x, { padding: conv.paddingOf(x), ...(residual === undefined ? {} : { residual }) });
  }
  if (!mode.training) {
    const { scale, offset } = norm.evaluated();
    return conv.scaled(x, scale, offset, following);
  }
  const alone = norm.forward(conv.forward(x, mode), mode);
  const sum = residual === undefined ? alone : alone.add<tf.Tensor4D>(residual);
  if (activation === 'relu6') return relu6(sum);
  return activation === 'relu' ? relu(sum) : sum;
}

/** Of a convolution and the batch norm after it, in evaluation. */
export function foldedWeights(conv: Conv, norm: BatchNorm<tf.Rank.R4>): ConvolutionWeights {
  const { scale, offset } = norm.evaluated();
  return conv.folded(scale, offset);
}
