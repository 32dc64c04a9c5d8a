import type { Predictions } from './contents.js';
import { probabilitiesOf } from './probabilities.js';

export interface HardPrediction {
  /** Row of the predictions. */
  readonly row: number;
  readonly label: number;
  /** 0..1: the probability of the predicted class. */
  readonly confidence: number;
}

/** The most likely class of every row, on a tie the lower one, with its probability. */
export function hardPredictions(predictions: Predictions): HardPrediction[] {
  const { rows, classNames, values } = predictions;
  const classes = classNames.length;
  const probabilities = probabilitiesOf(predictions);
  return Array.from({ length: rows.count }, (_, row) => {
    const base = row * classes;
    let label = 0;
    for (let k = 1; k < classes; k++) if (values[base + k]! > values[base + label]!) label = k;
    return { row, label, confidence: probabilities[base + label]! };
  });
}
