import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';
import { rowNorms } from './row-norm.js';

function requireComparable(points: AnyMatrix, centres: AnyMatrix): void {
  if (points.columns !== centres.columns)
    throw new RangeError(`expected rows of ${centres.columns} values, got ${points.columns}`);
  requireFinite(points, 'points');
  requireFinite(centres, 'centres');
}

/**
 * Squared Euclidean distances [points, centres], from the differences themselves: exact where rows are close and
 * independent of how many rows there are. Meant for few centres; for many see `nearestTo`.
 */
export function squaredDistances(points: AnyMatrix, centres: AnyMatrix): Matrix<Float64Array> {
  requireComparable(points, centres);
  const { columns } = points;
  const distances = new Float64Array(points.rows * centres.rows);
  for (let row = 0, at = 0; row < points.rows; row++)
    for (let centre = 0; centre < centres.rows; centre++, at++) {
      let sum = 0;
      for (let i = 0, p = row * columns, c = centre * columns; i < columns; i++, p++, c++) {
        const difference = points.data[p]! - centres.data[c]!;
        sum += difference * difference;
      }
      distances[at] = sum;
    }
  return { rows: points.rows, columns: centres.rows, data: distances };
}

/** Cosines [points, centres]; a zero row has cosine 0 with everything. */
export function cosineSimilarities(points: AnyMatrix, centres: AnyMatrix): Matrix<Float64Array> {
  requireComparable(points, centres);
  const { columns } = points;
  const pointNorms = rowNorms(points);
  const centreNorms = rowNorms(centres);
  const cosines = new Float64Array(points.rows * centres.rows);
  for (let row = 0, at = 0; row < points.rows; row++)
    for (let centre = 0; centre < centres.rows; centre++, at++) {
      const norm = pointNorms[row]! * centreNorms[centre]!;
      if (norm === 0) continue;
      let sum = 0;
      for (let i = 0, p = row * columns, c = centre * columns; i < columns; i++, p++, c++)
        sum += points.data[p]! * centres.data[c]!;
      cosines[at] = sum / norm;
    }
  return { rows: points.rows, columns: centres.rows, data: cosines };
}
