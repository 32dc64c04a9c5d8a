import type { AnyMatrix, Matrix } from './matrix.js';

/** Means of the columns, [columns]; zeros where there are no rows. */
export function columnMeans(points: AnyMatrix): Float64Array {
  const { rows, columns, data } = points;
  const means = new Float64Array(columns);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) means[column]! += data[i]!;
  if (rows > 0) for (let column = 0; column < columns; column++) means[column]! /= rows;
  return means;
}

/** Rows less one vector of their width. */
export function subtractFromRows(points: AnyMatrix, vector: ArrayLike<number>): Matrix {
  const { rows, columns, data } = points;
  const offset = Float64Array.from(vector);
  const centred = new Float32Array(rows * columns);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) centred[i] = data[i]! - offset[column]!;
  return { rows, columns, data: centred };
}
