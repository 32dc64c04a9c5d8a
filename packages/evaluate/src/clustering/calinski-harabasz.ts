import type { Matrix } from '@twoshot/geometry';
import { clusterCentres } from './cluster-centres.js';

/**
 * Variance ratio of clusters (Calinski and Harabasz 1974): between-cluster squares over clusters - 1, divided by
 * within-cluster squares over rows - clusters. Larger is better; infinite where every row is the mean of its cluster.
 *
 * @param points [rows, dim], finite
 * @param labels [rows] from 0, no cluster empty, at least two and fewer than rows
 */
export function calinskiHarabaszIndex(points: Matrix, labels: ArrayLike<number>): number {
  const { clusters, centres, sizes } = clusterCentres(points, labels);
  const { rows, columns, data } = points;
  if (clusters >= rows) throw new RangeError(`expected fewer clusters than rows, got ${clusters} of ${rows} rows`);
  const mean = new Float64Array(columns);
  for (let i = 0; i < centres.length; i++) mean[i % columns]! += (sizes[Math.floor(i / columns)]! * centres[i]!) / rows;
  let between = 0;
  for (let i = 0; i < centres.length; i++)
    between += sizes[Math.floor(i / columns)]! * (centres[i]! - mean[i % columns]!) ** 2;
  let within = 0;
  for (let row = 0, at = 0; row < rows; row++)
    for (let i = labels[row]! * columns, end = i + columns; i < end; i++, at++)
      within += (data[at]! - centres[i]!) ** 2;
  return between / (clusters - 1) / (within / (rows - clusters));
}
