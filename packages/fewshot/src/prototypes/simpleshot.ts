import {
  argMaxRows,
  classMeans,
  type Matrix,
  normaliseRows,
  squaredDistances,
  subtractFromRows,
} from '@twoshot/geometry';

export interface SimpleShot {
  /** [classes, dim] means of the transformed labelled rows */
  readonly prototypes: Matrix<Float64Array>;
  /** [queries, classes] Euclidean */
  readonly distances: Matrix<Float64Array>;
  /** [queries] class of the nearest prototype, on a tie the lower one */
  readonly labels: Int32Array;
}

/** The row itself, at unit length, or centred by the base mean and then at unit length. */
export type SimpleShotTransform = 'none' | 'l2' | 'cl2';

/** Rows after the transform; a zero row stays zero. */
export function transformRows(points: Matrix, transform: SimpleShotTransform, baseMean: ArrayLike<number>): Matrix {
  if (transform === 'none') return points;
  return normaliseRows(transform === 'cl2' ? subtractFromRows(points, baseMean) : points);
}

/**
 * SimpleShot (Wang et al. 2019): nearest class mean after a transform of the features.
 *
 * @param support [rows, dim]
 * @param labels [rows]
 * @param query [queries, dim]
 * @param baseMean [dim] mean of rows, which need not be labelled
 */
export function simpleShot(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  baseMean: ArrayLike<number>,
  { transform, classes }: { readonly transform: SimpleShotTransform; readonly classes: number },
): SimpleShot {
  const { means } = classMeans(transformRows(support, transform, baseMean), labels, classes);
  const { rows, columns, data } = squaredDistances(transformRows(query, transform, baseMean), means);
  return {
    prototypes: means,
    distances: { rows, columns, data: data.map(Math.sqrt) },
    labels: argMaxRows({ rows, columns, data: data.map((value) => -value) }),
  };
}
