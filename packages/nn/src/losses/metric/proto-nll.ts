import { tf } from '@twoshot/engine';
import { classAveraging } from '../../layers/class-averaging.js';
import { logSumExp } from '../log-sum-exp.js';
import { crossLoss } from '../pair-loss.js';

export interface PrototypicalOptions {
  readonly distance: 'squared-euclidean' | 'cosine';
  readonly temperature: number;
}

/**
 * Loss of one episode (Snell et al. 2017): a class is the mean of its support rows, the logits of a query are
 * -|q - c|^2 / temperature or cos(q, c) / temperature, mean cross-entropy over the queries.
 *
 * @param support [shots, dim], any number of rows a class
 * @param supportLabels [shots] classes 0..classes - 1 of the episode, each at least once
 * @param query [queries, dim]
 * @param queryLabels [queries]
 * @returns the loss, the logits [queries, classes] and the prototypes [classes, dim]
 * @throws RangeError where a class of the episode has no support row
 */
export function prototypicalLoss(
  support: tf.Tensor2D,
  supportLabels: Int32Array,
  query: tf.Tensor2D,
  queryLabels: Int32Array,
  { distance = 'squared-euclidean', temperature = 1 }: Partial<PrototypicalOptions> = {},
): { readonly loss: tf.Scalar; readonly logits: Float64Array; readonly prototypes: Float32Array } {
  const measure = distance === 'cosine' ? 'inner-product' : distance;
  const classes = supportLabels.reduce((maximum, label) => Math.max(maximum, label + 1), 0);
  const sign = distance === 'cosine' ? 1 : -1;
  let logits = new Float64Array(0);
  let prototypes = new Float32Array(0);
  const loss = tf.tidy<tf.Scalar>(() => {
    const means = tf.matMul<tf.Tensor2D>(classAveraging(supportLabels, classes), support);
    prototypes = means.dataSync<'float32'>().slice();
    const comparison = { measure, normalize: distance === 'cosine' } as const;
    return crossLoss(query, means, comparison, (matrix, queries) => {
      logits = new Float64Array(matrix).map((value) => (sign * value) / temperature);
      const slope = new Float64Array(logits.length);
      let sum = 0;
      for (let q = 0; q < queries; q++) {
        const start = q * classes;
        const target = start + queryLabels[q]!;
        sum += logSumExp(logits, start, start + classes, slope) - logits[target]!;
        slope[target]! -= 1;
      }
      const factor = sign / (temperature * Math.max(1, queries));
      for (let at = 0; at < slope.length; at++) slope[at]! *= factor;
      return { loss: sum / Math.max(1, queries), slope, parts: {} };
    }).loss;
  });
  return { loss, logits, prototypes };
}
