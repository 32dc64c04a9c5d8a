import { type Matrix, requireFinite } from '@twoshot/geometry';

export interface ClusterCentres {
  readonly clusters: number;
  /** [clusters, dim] means */
  readonly centres: Float64Array;
  /** [clusters] */
  readonly sizes: Float64Array;
}

/**
 * Means and sizes of clusters.
 *
 * @param points [rows, dim], finite
 * @param labels [rows] from 0, no cluster empty, at least two
 */
export function clusterCentres(points: Matrix, labels: ArrayLike<number>): ClusterCentres {
  requireFinite(points, 'points');
  const { rows, columns, data } = points;
  if (labels.length !== rows) throw new RangeError(`expected ${rows} labels, got ${labels.length}`);
  let clusters = 0;
  for (let row = 0; row < rows; row++) clusters = Math.max(clusters, labels[row]! + 1);
  if (clusters < 2) throw new RangeError(`expected at least two clusters, got ${clusters}`);
  const centres = new Float64Array(clusters * columns);
  const sizes = new Float64Array(clusters);
  for (let row = 0, at = 0; row < rows; row++) {
    sizes[labels[row]!]!++;
    for (let i = labels[row]! * columns, end = i + columns; i < end; i++, at++) centres[i]! += data[at]!;
  }
  const empty = sizes.indexOf(0);
  if (empty >= 0) throw new RangeError(`expected rows in each of ${clusters} clusters, got none in cluster ${empty}`);
  for (let i = 0; i < centres.length; i++) centres[i]! /= sizes[Math.floor(i / columns)]!;
  return { clusters, centres, sizes };
}
