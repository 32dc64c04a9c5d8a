import { type Matrix, matrixOf, requireFinite } from './matrix.js';
import { normaliseRows } from './row-norm.js';

/**
 * Test-time augmentation: the mean of the views of every row first, then unit length; a zero row stays zero.
 *
 * @param views [views, rows, dim] one after the other
 */
export function featureMean(views: Float32Array | Float64Array, count: number, rows: number, dim: number): Matrix {
  if (views.length !== count * rows * dim)
    throw new RangeError(`expected ${count} x ${rows} x ${dim} values, got ${views.length}`);
  requireFinite({ rows: count * rows, columns: dim, data: views }, 'features');
  const sums = new Float64Array(rows * dim);
  for (let view = 0; view < count; view++)
    for (let i = 0, at = view * sums.length; i < sums.length; i++, at++) sums[i]! += views[at]!;
  // Dividing comes last: sums of single floats are exact in double precision, so opposite views cancel to zero.
  return normaliseRows(
    matrixOf(
      rows,
      dim,
      sums.map((sum) => sum / count),
    ),
  );
}
