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

/**
 * SimpleShot (Wang et al. 2019): nearest class mean after a transform of the features.
 *
 * @param support [rows, dim]
 * @param labels [rows]
 * @param query [queries, dim]
 * @param baseMean [dim] mean of rows that need no labels
 */
export function simpleShot(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  baseMean: ArrayLike<number>,
  { transform, classes }: { readonly transform: SimpleShotTransform; readonly classes: number },
): SimpleShot {
  const apply = (points: Matrix): Matrix => {
    if (transform === 'none') return points;
    return normaliseRows(transform === 'cl2' ? subtractFromRows(points, baseMean) : points);
  };
  const { means } = classMeans(apply(support), labels, classes);
  const { rows, columns, data } = squaredDistances(apply(query), means);
  return {
    prototypes: means,
    distances: { rows, columns, data: data.map(Math.sqrt) },
    labels: argMaxRows({ rows, columns, data: data.map((value) => -value) }),
  };
}
