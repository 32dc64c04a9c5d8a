import { type AnyMatrix, type Matrix, requireFinite, requireFiniteValues } from './matrix.js';

export interface ClassMeans {
  /** [classes, dim]; zeros for a class without rows */
  readonly means: Matrix<Float64Array>;
  /** [classes] rows of each class */
  readonly counts: Int32Array;
}

/**
 * Mean of the rows of every class (prototypes, Snell et al. 2017, equation 1). Label -1 means unlabelled.
 *
 * @param points [rows, dim]
 * @param labels [rows] in -1..classes-1
 * @param weights [rows] at least 0; 1 by default
 */
export function classMeans(
  points: AnyMatrix,
  labels: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): ClassMeans {
  requireFinite(points, 'features');
  if (weights !== undefined) requireFiniteValues(weights, 1, 'weights');
  const { rows, columns, data } = points;
  const means = new Float64Array(classes * columns);
  const counts = new Int32Array(classes);
  const mass = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    if (label < 0) continue;
    if (label >= classes) throw new RangeError(`expected a class below ${classes}, got ${label} in row ${row}`);
    const weight = weights?.[row] ?? 1;
    counts[label]!++;
    mass[label]! += weight;
    for (let i = 0; i < columns; i++) means[label * columns + i]! += weight * data[row * columns + i]!;
  }
  for (let label = 0; label < classes; label++)
    if (mass[label]! > 0) for (let i = label * columns; i < (label + 1) * columns; i++) means[i]! /= mass[label]!;
  return { means: { rows: classes, columns, data: means }, counts };
}
