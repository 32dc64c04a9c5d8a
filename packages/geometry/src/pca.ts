import { columnMeans, subtractFromRows } from './centring.js';
import { eigenSymmetric } from './eigen.js';
import type { LongWork } from './long-work.js';
import { type Matrix, requireFinite } from './matrix.js';
import { multiplyRows, secondMoment } from './products.js';

export interface Pca {
  /** [dim] */
  readonly mean: Float64Array;
  /** [components, dim] unit rows, of descending variance; the largest entry of each is positive */
  readonly components: Matrix<Float64Array>;
  /** [components] with divisor rows - 1 */
  readonly explainedVariance: Float64Array;
  /** [components] share of the total variance */
  readonly explainedVarianceRatio: Float64Array;
}

/**
 * Principal components: eigenvectors of the covariance with divisor rows - 1.
 *
 * @param points [rows, dim], finite, at least two rows
 * @param components kept, 1..dim
 */
export async function fitPca(points: Matrix, components: number, work: LongWork = {}): Promise<Pca> {
  requireFinite(points, 'features');
  const { rows, columns } = points;
  if (rows < 2) throw new RangeError(`expected at least two rows, got ${rows}`);
  if (!Number.isInteger(components) || components < 1 || components > columns)
    throw new RangeError(`expected 1 to ${columns} components, got ${components}`);
  const mean = columnMeans(points);
  const moment = await secondMoment(subtractFromRows(points, mean), work);
  const { values, vectors } = await eigenSymmetric(moment, columns, work);
  const variances = values.map((value) => (Math.max(value, 0) * rows) / (rows - 1));
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  return {
    mean,
    components: { rows: components, columns, data: vectors.slice(0, components * columns) },
    explainedVariance: variances.slice(0, components),
    explainedVarianceRatio: variances.slice(0, components).map((variance) => (total > 0 ? variance / total : 0)),
  };
}

/**
 * The matrix [dim, components] that takes centred rows to their coordinates along the components, each divided by its
 * standard deviation to the power `power`: 0 is plain PCA, 1 whitens, 0.5 half-whitens. Directions without variance
 * give 0 when power > 0.
 */
export function pcaProjection({ components, explainedVariance }: Pca, power = 0): Matrix {
  const largest = explainedVariance[0] ?? 0;
  const data = new Float32Array(components.columns * components.rows);
  for (let component = 0; component < components.rows; component++) {
    const variance = explainedVariance[component]!;
    // Rounding of float32 products leaves about this much in directions without variance; it must not be blown up.
    const isEmpty = power > 0 && variance <= largest * 1e-7;
    const scale = isEmpty ? 0 : power === 0 ? 1 : variance ** (-power / 2);
    for (let i = 0; i < components.columns; i++)
      data[i * components.rows + component] = scale * components.data[component * components.columns + i]!;
  }
  return { rows: components.columns, columns: components.rows, data };
}

/** Coordinates of rows along the components, [rows, components]; see `pcaProjection`. */
export async function projectPca(points: Matrix, pca: Pca, power = 0, work: LongWork = {}): Promise<Matrix> {
  return multiplyRows(subtractFromRows(points, pca.mean), pcaProjection(pca, power), work);
}
