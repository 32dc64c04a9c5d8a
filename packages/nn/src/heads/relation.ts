import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { convBlock } from '../blocks/conv-block.js';
import { relu } from '../layers/activations.js';
import { classAveraging } from '../layers/class-averaging.js';
import { dense } from '../layers/dense.js';
import { globalMean } from '../layers/pooling.js';
import { compose } from '../module.js';
import type { Comparator } from './comparator.js';

export interface RelationArchitecture {
  /** Channels of the maps that are compared. */
  readonly channels: number;
  /** Channels of the two convolutions; 64 in the paper. */
  readonly width: number;
  /** Width of the layer before the score; 8 in the paper. */
  readonly hidden: number;
}

/**
 * The relation module of Sung et al. 2018: the mean map of a class beside the map of a query goes through two
 * convolutions and two dense layers to a score in 0..1. Maps are averaged over positions before the dense layers, where
 * the paper flattens them, so that images of any side can be compared.
 */
export function relationHead({ channels, width, hidden }: RelationArchitecture, random: Random): Comparator {
  const conv1 = convBlock({ in: 2 * channels, out: width }, random);
  const conv2 = convBlock({ in: width, out: width }, random);
  const dense1 = dense({ in: width, out: hidden }, random);
  const dense2 = dense({ in: hidden, out: 1 }, random);
  return {
    takes: 'maps',
    gives: 'scores',
    ...compose({ conv1, conv2, dense1, dense2 }),
    compare({ support, labels, ways, query }, mode) {
      const [rows, height, columns] = support.shape as [number, number, number, number];
      const queries = query.shape[0];
      const length = height * columns * channels;
      const flat = tf.reshape<tf.Rank.R2>(support, [rows, length]);
      const means = tf.matMul<tf.Tensor2D>(classAveraging(labels, ways), flat);
      const shape: [number, number, number, number] = [queries * ways, height, columns, channels];
      const classMaps = tf.reshape<tf.Rank.R4>(tf.tile(means, [queries, 1]), shape);
      const each = tf.tile(tf.reshape(query, [queries, 1, length]), [1, ways, 1]);
      const queryMaps = tf.reshape<tf.Rank.R4>(each, shape);
      const pairs = tf.concat4d([classMaps, queryMaps], 3);
      const seen = globalMean(conv2.forward(conv1.forward(pairs, mode), mode));
      const score = dense2.forward(relu(dense1.forward(seen, mode)), mode);
      return tf.reshape(tf.sigmoid(score), [queries, ways]);
    },
  };
}
