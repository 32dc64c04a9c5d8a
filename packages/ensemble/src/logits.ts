import { type Predictions, probabilitiesOf } from '@twoshot/artifact';
import { type Matrix, matrixOf } from '@twoshot/geometry';
import { requireFinitePredictions } from './stack-predictions.js';

/** Keeps the logarithm of probability 0 finite. */
const smallest = 1e-12;

/**
 * Predictions as logits, [rows, classes]: logarithms of probabilities.
 *
 * @param input their artifact; read only for a message
 */
export function logitsOf(input: { readonly from: string }, predictions: Predictions): Matrix {
  requireFinitePredictions({ input, predictions });
  const { rows, classNames, scale, values } = predictions;
  const logits =
    scale === 'logits'
      ? values
      : probabilitiesOf(predictions).map((probability) => Math.log(Math.max(probability, smallest)));
  return matrixOf(rows.count, classNames.length, logits);
}
