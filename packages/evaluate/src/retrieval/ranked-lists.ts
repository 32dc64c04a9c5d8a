import { type AnyMatrix, requireFinite } from '@twoshot/geometry';
import { descending } from './ranking.js';

export interface ListedPrecision {
  /** [rows, k] the classes of each list; `classes` is the new class */
  readonly predictions: Int32Array;
  /** [rows] 1 / rank of the true class in the list, 0 where it is absent */
  readonly perRow: Float64Array;
  /** Mean over rows. */
  readonly value: number;
}

/**
 * Mean average precision of lists of k classes with one true class each, MAP@k: the known classes by descending score,
 * and a new class where `threshold` belongs among their scores (Kaggle, Humpback Whale Identification).
 *
 * @param scores [rows, classes] of the known classes
 * @param labels [rows] 0..classes - 1, or `classes` for a row of another class
 */
export function meanPrecisionOfLists(
  scores: AnyMatrix,
  labels: ArrayLike<number>,
  { threshold, k }: { readonly threshold: number; readonly k: number },
): ListedPrecision {
  requireFinite(scores, 'scores');
  const { rows, columns, data } = scores;
  if (labels.length !== rows) throw new RangeError(`expected ${rows} labels, got ${labels.length}`);
  if (!(k >= 1 && k <= columns + 1)) throw new RangeError(`expected lists of 1 to ${columns + 1} classes, got ${k}`);
  const predictions = new Int32Array(rows * k);
  const perRow = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    const order = descending(own);
    const place = order.findIndex((label) => own[label]! < threshold);
    order.splice(place < 0 ? columns : place, 0, columns);
    predictions.set(order.slice(0, k), row * k);
    const found = order.indexOf(labels[row]!);
    if (found >= 0 && found < k) perRow[row] = 1 / (found + 1);
  }
  return { predictions, perRow, value: perRow.reduce((sum, precision) => sum + precision, 0) / Math.max(1, rows) };
}
