import type { tf } from '@twoshot/engine';
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
  if (!mode.training) {
    const { scale, offset } = norm.evaluated();
    return conv.scaled(x, scale, offset, following);
  }
  const { activation = 'linear', residual } = following;
  const alone = norm.forward(conv.forward(x, mode), mode);
  const sum = residual === undefined ? alone : alone.add<tf.Tensor4D>(residual);
  if (activation === 'relu6') return relu6(sum);
  return activation === 'relu' ? relu(sum) : sum;
}
