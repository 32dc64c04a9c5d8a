import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { relu } from '../layers/activations.js';
import { classAveraging } from '../layers/class-averaging.js';
import { dense } from '../layers/dense.js';
import { l2Normalize } from '../layers/l2-normalize.js';
import { compose } from '../module.js';
import type { Comparator } from './comparator.js';

export interface SiameseArchitecture {
  readonly dim: number;
  readonly hidden: number;
}

/** Decides from the features of two images whether they are of the same class. */
export interface SiameseHead extends Comparator {
  /**
   * @param a [pairs, dim] features of any scale
   * @param b [pairs, dim]
   * @returns [pairs] logits, the same for (a, b) and (b, a)
   */
  pairLogits(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D;
}

/**
 * The head of Martin Piotte's whale identification (Kaggle 2018): per feature the four symmetric values a b, a + b,
 * |a - b| and (a - b)^2 go through one small network that all features share, and the results are weighted and added.
 * A class of several labelled rows takes the mean of its logits.
 */
export function siameseHead({ dim, hidden }: SiameseArchitecture, random: Random): SiameseHead {
  const mix = dense({ in: 4, out: hidden }, random);
  const score = dense({ in: hidden, out: 1 }, random);
  const weigh = dense({ in: dim, out: 1 }, random);
  const mode = { training: true };
  // Unit mean square per feature, whatever the backbone's scale.
  const scaled = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(l2Normalize(x), Math.sqrt(dim));
  const scaledLogits = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D => {
    const [pairs] = a.shape;
    const apart = tf.abs(tf.sub(a, b));
    const values = tf.stack([tf.mul(a, b), tf.add(a, b), apart, tf.square(apart)], 2);
    const each = score.forward(relu(mix.forward(tf.reshape(values, [pairs * dim, 4]), mode)), mode);
    return tf.reshape(weigh.forward(tf.reshape(each, [pairs, dim]), mode), [pairs]);
  };
  return {
    takes: 'features',
    gives: 'logits',
    ...compose({ mix, score, weigh }),
    pairLogits: (a, b) => scaledLogits(scaled(a), scaled(b)),
    compare({ support, labels, ways, query }) {
      const [rows, queries] = [support.shape[0], query.shape[0]];
      const one = tf.tile(scaled(support as tf.Tensor2D), [queries, 1]);
      const other = tf.reshape<tf.Rank.R2>(tf.tile(tf.expandDims(scaled(query as tf.Tensor2D), 1), [1, rows, 1]), [
        queries * rows,
        dim,
      ]);
      const logits = tf.reshape<tf.Rank.R2>(scaledLogits(one, other), [queries, rows]);
      return tf.matMul(logits, classAveraging(labels, ways), false, true);
    },
  };
}
