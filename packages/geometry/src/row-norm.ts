import type { AnyMatrix, Matrix } from './matrix.js';

/** Euclidean norms of the rows, [rows]. */
export function rowNorms(points: AnyMatrix): Float64Array {
  const { rows, columns, data } = points;
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += data[i]! * data[i]!;
    norms[row] = Math.sqrt(sum);
  }
  return norms;
}

/**
 * Rows divided by their Euclidean norm to the power `power`: 1 gives unit length, less than 1 keeps a part of the
 * lengths. A zero row stays zero.
 */
export function normaliseRows(points: AnyMatrix, power = 1): Matrix {
  const { rows, columns, data } = points;
  const norms = rowNorms(points);
  const normalised = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const norm = norms[row]!;
    if (norm === 0) continue;
    const divisor = power === 1 ? norm : norm ** power;
    for (let i = row * columns; i < (row + 1) * columns; i++) normalised[i] = data[i]! / divisor;
  }
  return { rows, columns, data: normalised };
}

/** Rows divided by their sum; a row whose sum is not positive becomes uniform. */
export function normaliseRowSums(scores: AnyMatrix): Matrix<Float64Array> {
  const { rows, columns, data } = scores;
  const shares = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += data[i]!;
    for (let i = row * columns; i < (row + 1) * columns; i++) shares[i] = sum > 0 ? data[i]! / sum : 1 / columns;
  }
  return { rows, columns, data: shares };
}
