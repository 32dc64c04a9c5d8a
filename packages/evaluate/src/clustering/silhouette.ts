import { type Matrix, requireFinite } from '@twoshot/geometry';

export interface Silhouette {
  /** [rows] -1..1 */
  readonly samples: Float64Array;
  readonly mean: number;
}

/**
 * Silhouette of every row with Euclidean distances (Rousseeuw 1987): (b - a) / max(a, b) with a the mean distance to
 * the rest of its cluster and b to the nearest other cluster; 0 for a cluster of one. Computes all pairs.
 *
 * @param points [rows, dim], finite
 * @param labels [rows] at least two different ones
 */
export function silhouette(points: Matrix, labels: ArrayLike<number>): Silhouette {
  requireFinite(points, 'points');
  const { rows, columns, data } = points;
  if (labels.length !== rows) throw new RangeError(`expected ${rows} labels, got ${labels.length}`);
  const names = [...new Set(Array.from(labels))];
  if (names.length < 2) throw new RangeError('expected at least two clusters, got one');
  const cluster = Uint32Array.from(labels, (label) => names.indexOf(label));
  const sizes = new Float64Array(names.length);
  for (const one of cluster) sizes[one]!++;
  const samples = new Float64Array(rows);
  const sums = new Float64Array(names.length);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let other = 0; other < rows; other++) {
      let distance = 0;
      for (let i = 0, a = row * columns, b = other * columns; i < columns; i++, a++, b++)
        distance += (data[a]! - data[b]!) ** 2;
      sums[cluster[other]!]! += Math.sqrt(distance);
    }
    samples[row] = widthOf(sums, sizes, cluster[row]!);
  }
  return { samples, mean: samples.reduce((sum, value) => sum + value, 0) / rows };
}

function widthOf(sums: Float64Array, sizes: Float64Array, own: number): number {
  if (sizes[own] === 1) return 0;
  const within = sums[own]! / (sizes[own]! - 1);
  let nearest = Number.POSITIVE_INFINITY;
  for (let other = 0; other < sums.length; other++)
    if (other !== own) nearest = Math.min(nearest, sums[other]! / sizes[other]!);
  const larger = Math.max(within, nearest);
  return larger === 0 ? 0 : (nearest - within) / larger;
}
