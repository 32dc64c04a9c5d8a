import type { Matrix } from '@twoshot/geometry';
import { clusterCentres } from './cluster-centres.js';

/**
 * Mean over clusters of the worst (s_i + s_j) / |c_i - c_j|, s being the mean Euclidean distance of a cluster's rows to
 * its mean c (Davies and Bouldin 1979). Smaller is better; infinite where two clusters have one mean.
 *
 * @param points [rows, dim], finite
 * @param labels [rows] from 0, no cluster empty, at least two
 */
export function daviesBouldinIndex(points: Matrix, labels: ArrayLike<number>): number {
  const { clusters, centres, sizes } = clusterCentres(points, labels);
  const { rows, columns, data } = points;
  const scatter = new Float64Array(clusters);
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    scatter[label]! += distance(data, row * columns, centres, label * columns, columns) / sizes[label]!;
  }
  let sum = 0;
  for (let one = 0; one < clusters; one++) {
    let worst = 0;
    for (let other = 0; other < clusters; other++) {
      if (other === one) continue;
      const apart = distance(centres, one * columns, centres, other * columns, columns);
      worst = Math.max(worst, apart === 0 ? Number.POSITIVE_INFINITY : (scatter[one]! + scatter[other]!) / apart);
    }
    sum += worst;
  }
  return sum / clusters;
}

function distance(a: ArrayLike<number>, from: number, b: ArrayLike<number>, to: number, columns: number): number {
  let sum = 0;
  for (let i = 0; i < columns; i++) sum += (a[from + i]! - b[to + i]!) ** 2;
  return Math.sqrt(sum);
}
