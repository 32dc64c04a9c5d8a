import type { AnyMatrix, Matrix } from './matrix.js';

/** Norm of `data[start, end)`. */
function normOf(data: AnyMatrix['data'], start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += data[i]! * data[i]!;
  return Math.sqrt(sum);
}

/** Euclidean norms of the rows, [rows]. */
export function rowNorms({ rows, columns, data }: AnyMatrix): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) norms[row] = normOf(data, row * columns, (row + 1) * columns);
  return norms;
}

/**
 * Rows divided by their Euclidean norm to the power `power`: 1 gives unit length, less than 1 keeps a part of the
 * lengths. A zero row stays zero.
 */
export function normaliseRows({ rows, columns, data }: AnyMatrix, power = 1): Matrix {
  const normalised = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    // The row is still in the cache when it is divided.
    const norm = normOf(data, start, end);
    if (norm === 0) continue;
    const divisor = power === 1 ? norm : norm ** power;
    for (let i = start; i < end; i++) normalised[i] = data[i]! / divisor;
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
