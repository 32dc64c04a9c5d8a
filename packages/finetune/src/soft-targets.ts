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
  /**
   * [rows, classes] the sum of a row is its weight: 0 for a row without prediction and label. Where predictions may say
   * none of these, one more column, the last, is that.
   */
  readonly targets: Matrix;
  readonly predicted: number;
  readonly labelled: number;
}

/**
 * Predicted probabilities of rows, with the given labels in their place where there are any. Predictions and labels of
 * other rows are ignored.
 */
export function softTargets(rows: Rows, predictions: Predictions, labels: Labels | null): SoftTargets {
  const { none } = predictions;
  const classes = predictions.classNames.length;
  const columns = classes + (none === undefined ? 0 : 1);
  const data = new Float32Array(rows.count * columns);
  const probabilities = probabilitiesOf(predictions);
  let predicted = 0;
  for (const [row, position] of positionsAmong(predictions.rows, rows).entries()) {
    if (position < 0) continue;
    predicted++;
    const ofNone = none?.probability[row] ?? 0;
    const own = probabilities.subarray(row * classes, (row + 1) * classes).map((share) => (1 - ofNone) * share);
    data.set(own, position * columns);
    if (none !== undefined) data[position * columns + classes] = ofNone;
  }
  const known = labels === null ? null : labelledAmong(labels, rows);
  for (const [i, position] of known?.position.entries() ?? []) {
    data.fill(0, position * columns, (position + 1) * columns);
    data[position * columns + known!.label[i]!] = known!.weight[i]!;
  }
  return { targets: matrixOf(rows.count, columns, data), predicted, labelled: known?.position.length ?? 0 };
}
