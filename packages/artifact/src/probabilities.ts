import type { Predictions } from './contents.js';

/**
 * Predictions as probabilities of the classes, [count, classes]: softmax of logits; scores, negative ones as 0,
 * divided by their sum, uniform where that is 0. Probabilities are given back as they are, not as a copy.
 */
export function probabilitiesOf({ rows, classNames, scale, values }: Predictions): Float32Array {
  if (scale === 'probabilities') return values;
  const classes = classNames.length;
  const probabilities = new Float32Array(values.length);
  const shares = new Float64Array(classes);
  for (let row = 0; row < rows.count; row++) {
    const own = values.subarray(row * classes, (row + 1) * classes);
    const largest = own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let k = 0; k < classes; k++)
      sum += shares[k] = scale === 'logits' ? Math.exp(own[k]! - largest) : Math.max(own[k]!, 0);
    for (let k = 0; k < classes; k++) probabilities[row * classes + k] = sum > 0 ? shares[k]! / sum : 1 / classes;
  }
  return probabilities;
}
