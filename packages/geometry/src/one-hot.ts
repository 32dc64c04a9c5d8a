import type { Matrix } from './matrix.js';

/**
 * One-hot rows of labels, [rows, classes]; label -1 gives a row of zeros.
 *
 * @param weights [rows] value of the one; 1 by default
 */
export function oneHot(labels: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): Matrix<Float64Array> {
  const data = new Float64Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label >= classes) throw new RangeError(`expected a class below ${classes}, got ${label} in row ${row}`);
    if (label >= 0) data[row * classes + label] = weights?.[row] ?? 1;
  }
  return { rows: labels.length, columns: classes, data };
}
