import { tf } from '@twoshot/engine';
import { l2Normalize } from '../layers/l2-normalize.js';
import type { Comparator } from './comparator.js';

export interface MatchingArchitecture {
  readonly dim: number;
  /** Temperature of the cosines before the softmax; 1 in the paper. */
  readonly temperature: number;
}

/**
 * Matching networks without full context embeddings (Vinyals et al. 2016, equations 1 and 2): a class has the
 * attention of its labelled rows, a softmax over the cosines of all of them. Has no weights of its own.
 */
export function matchingHead({ temperature }: MatchingArchitecture): Comparator {
  return {
    takes: 'features',
    gives: 'logits',
    parameters: [],
    buffers: [],
    compare({ support, labels, ways, query }) {
      const cosines = tf.matMul(l2Normalize(query as tf.Tensor2D), l2Normalize(support as tf.Tensor2D), false, true);
      const attention = tf.softmax(tf.div<tf.Tensor2D>(cosines, temperature));
      const classes = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), ways), 'float32');
      return tf.log(tf.add(tf.matMul<tf.Tensor2D>(attention, classes as tf.Tensor2D), smallest));
    },
  };
}

/** Keeps the logarithm finite. */
const smallest = 1e-8;
