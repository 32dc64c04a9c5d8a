import {
  type Labels,
  labelledAmong,
  positionsAmong,
  type Predictions,
  probabilitiesOf,
  type Rows,
} from '@twoshot/artifact';
import { type Matrix, matrixOf } from '@twoshot/geometry';

/** What a classifier is to say of rows. */
export interface SoftTargets {
  /** [rows, classes] the sum of a row is its weight: 0 for a row without prediction and label */
  readonly targets: Matrix;
  readonly predicted: number;
  readonly labelled: number;
}

/**
 * Predicted probabilities of rows, with the given labels in their place where there are any. Predictions and labels of
 * other rows are ignored.
 */
export function softTargets(rows: Rows, predictions: Predictions, labels: Labels | null): SoftTargets {
  const classes = predictions.classNames.length;
  const data = new Float32Array(rows.count * classes);
  const probabilities = probabilitiesOf(predictions);
  let predicted = 0;
  for (const [row, position] of positionsAmong(predictions.rows, rows).entries()) {
    if (position < 0) continue;
    predicted++;
    data.set(probabilities.subarray(row * classes, (row + 1) * classes), position * classes);
  }
  const known = labels === null ? null : labelledAmong(labels, rows);
  for (const [i, position] of known?.position.entries() ?? []) {
    data.fill(0, position * classes, (position + 1) * classes);
    data[position * classes + known!.label[i]!] = known!.weight[i]!;
  }
  return { targets: matrixOf(rows.count, classes, data), predicted, labelled: known?.position.length ?? 0 };
}
