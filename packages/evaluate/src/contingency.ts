import { requireSameLength } from './same-length.js';

/** Counts of the classes of one labelling against those of another. */
export interface Contingency {
  readonly total: number;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly counts: Float64Array;
  /** [rows] */
  readonly rowSums: Float64Array;
  /** [columns] */
  readonly columnSums: Float64Array;
}

/** Counts over the labels that occur. */
export function contingencyOf(truth: ArrayLike<number>, predicted: ArrayLike<number>): Contingency {
  requireSameLength(truth, predicted);
  const [row, rows] = renumber(truth);
  const [column, columns] = renumber(predicted);
  const counts = new Float64Array(rows * columns);
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0; i < row.length; i++) {
    counts[row[i]! * columns + column[i]!]!++;
    rowSums[row[i]!]!++;
    columnSums[column[i]!]!++;
  }
  return { total: row.length, rows, columns, counts, rowSums, columnSums };
}

function renumber(labels: ArrayLike<number>): [numbers: Uint32Array, count: number] {
  const known = new Map<number, number>();
  const numbers = Uint32Array.from(labels, (label) => {
    const number = known.get(label) ?? known.size;
    known.set(label, number);
    return number;
  });
  return [numbers, known.size];
}

/** True where the two labellings are the same up to the names of the classes. */
export function isSamePartition({ rows, columns, counts, rowSums, columnSums }: Contingency): boolean {
  if (rows !== columns) return false;
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++)
      if (counts[i]! > 0 && (counts[i] !== rowSums[row] || counts[i] !== columnSums[column])) return false;
  return true;
}

/**
 * Confusion matrix [rows, columns]: rows are true classes, columns predicted ones.
 *
 * @param columns number of predicted classes or clusters; by default as many as true ones
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  rows: number,
  columns = rows,
): Int32Array {
  requireSameLength(truth, predicted);
  const matrix = new Int32Array(rows * columns);
  for (let i = 0; i < truth.length; i++) {
    const [row, column] = [truth[i]!, predicted[i]!];
    if (!(row >= 0 && row < rows && column >= 0 && column < columns))
      throw new RangeError(
        `expected classes below ${rows} and ${columns}, got truth ${row} and prediction ${column} in row ${i}`,
      );
    matrix[row * columns + column]!++;
  }
  return matrix;
}
