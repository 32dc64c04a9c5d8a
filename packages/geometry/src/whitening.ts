import { columnMeans, subtractFromRows } from './centring.js';
import { eigenSymmetric } from './eigen.js';
import type { LongWork } from './long-work.js';
import { type Matrix, requireFinite } from './matrix.js';
import { multiplyRows, secondMoment } from './products.js';

export interface Whitening {
  /** [dim] */
  readonly mean: Float64Array;
  /** [dim, dim] symmetric */
  readonly matrix: Matrix;
}

/**
 * ZCA whitening: U diag(1 / sqrt(eigenvalue + epsilon)) U^T of the covariance with divisor rows; of all whitening
 * matrices the one that changes the rows least.
 *
 * @param points [rows, dim], finite
 * @param epsilon > 0
 */
export async function fitWhitening(points: Matrix, epsilon: number, work: LongWork = {}): Promise<Whitening> {
  requireFinite(points, 'features');
  if (!(epsilon > 0)) throw new RangeError(`expected epsilon above 0, got ${epsilon}`);
  const { columns } = points;
  const mean = columnMeans(points);
  const moment = await secondMoment(subtractFromRows(points, mean), work);
  const { values, vectors } = await eigenSymmetric(moment, columns, work);
  const matrix = new Float64Array(columns * columns);
  for (let component = 0; component < columns; component++) {
    const scale = 1 / Math.sqrt(Math.max(values[component]!, 0) + epsilon);
    const vector = vectors.subarray(component * columns, (component + 1) * columns);
    for (let i = 0; i < columns; i++) {
      const factor = scale * vector[i]!;
      for (let j = 0; j < columns; j++) matrix[i * columns + j]! += factor * vector[j]!;
    }
  }
  return { mean, matrix: { rows: columns, columns, data: Float32Array.from(matrix) } };
}

/** (rows - mean) matrix */
export function applyWhitening(points: Matrix, { mean, matrix }: Whitening, work: LongWork = {}): Promise<Matrix> {
  return multiplyRows(subtractFromRows(points, mean), matrix, work);
}
