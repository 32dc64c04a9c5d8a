import type { Random } from '@twoshot/engine/random';
import { CentroidSearch } from './centroid-search.js';
import { seedCentroids } from './kmeans-seeding.js';
import { betweenBlocks, type LongWork } from './long-work.js';
import { type Matrix, requireFinite } from './matrix.js';
import { normaliseRows } from './row-norm.js';

export interface Clustering {
  /** [rows] cluster of every row: its nearest centroid, on a tie the lower one */
  readonly labels: Int32Array;
  /** [clusters, dim] */
  readonly centroids: Matrix;
  /** Sum of squared distances of the rows (spherical: at unit length) to their centroids; lower is better. */
  readonly inertia: number;
}

function requireCentroids(points: Matrix, centroids: Matrix): void {
  requireFinite(points, 'points');
  requireFinite(centroids, 'centroids');
  if (centroids.rows < 1) throw new RangeError('expected at least one centroid');
  if (points.columns !== centroids.columns)
    throw new RangeError(`expected centroids of ${points.columns} values, got ${centroids.columns}`);
}

/**
 * One step of Lloyd's algorithm: labels and inertia against the given centroids, and the means of the assigned rows.
 *
 * @param points [rows, dim]
 * @param centroids [clusters, dim]
 */
export function kmeansStep(points: Matrix, centroids: Matrix): Clustering & { readonly updated: Matrix } {
  requireCentroids(points, centroids);
  const search = new CentroidSearch(points);
  try {
    const labels = search.assign(centroids);
    const sums = search.createSums(centroids.rows);
    sums.move(labels);
    const updated = meansOf(sums.sums(), labels, centroids, false);
    sums.dispose();
    return { labels, inertia: search.inertia(centroids, labels), centroids, updated };
  } finally {
    search.dispose();
  }
}

/** Means of the clusters, or normalised sums where spherical; an empty cluster keeps its centroid. */
function meansOf(sums: Float64Array, labels: Int32Array, previous: Matrix, isSpherical: boolean): Matrix {
  const { columns } = previous;
  const counts = new Float64Array(previous.rows);
  for (const label of labels) counts[label]!++;
  const data = Float32Array.from(previous.data);
  for (const [cluster, count] of counts.entries()) {
    if (count === 0) continue;
    const sum = sums.subarray(cluster * columns, (cluster + 1) * columns);
    const divisor = isSpherical ? Math.sqrt(sum.reduce((norm, value) => norm + value ** 2, 0)) : count;
    if (divisor > 0) for (let i = 0; i < columns; i++) data[cluster * columns + i] = sum[i]! / divisor;
  }
  return { ...previous, data };
}

export interface LloydOptions extends LongWork {
  readonly iterations: number;
  /** Rows and centroids at unit length, centroids as normalised sums (Dhillon and Modha 2001). Default false. */
  readonly spherical?: boolean | undefined;
}

/**
 * Lloyd's algorithm from given centroids; stops early where nothing changes any more. Labels and inertia are those of
 * the final centroids.
 */
export async function lloyd(points: Matrix, centroids: Matrix, options: LloydOptions): Promise<Clustering> {
  requireCentroids(points, centroids);
  const isSpherical = options.spherical === true;
  const rows = isSpherical ? normaliseRows(points) : points;
  const search = new CentroidSearch(rows, isSpherical);
  try {
    return await descend(search, isSpherical ? normaliseRows(centroids) : centroids, isSpherical, options);
  } finally {
    search.dispose();
  }
}

function isSame(labels: Int32Array, before: Int32Array | null): boolean {
  if (before === null) return false;
  let row = 0;
  while (row < labels.length && labels[row] === before[row]) row++;
  return row === labels.length;
}

async function descend(
  search: CentroidSearch,
  start: Matrix,
  isSpherical: boolean,
  options: LloydOptions,
): Promise<Clustering> {
  const sums = search.createSums(start.rows);
  let centroids = start;
  let labels = search.assign(centroids);
  let before: Int32Array | null = null;
  try {
    for (let iteration = 0; iteration < options.iterations && !isSame(labels, before); iteration++) {
      sums.move(labels);
      centroids = meansOf(sums.sums(), labels, centroids, isSpherical);
      before = labels;
      labels = search.assign(centroids);
      await betweenBlocks(options, iteration + 1, options.iterations);
    }
  } finally {
    sums.dispose();
  }
  return { labels, centroids, inertia: search.inertia(centroids, labels) };
}

export interface KmeansOptions extends LloydOptions {
  readonly clusters: number;
  /** Runs from seeds of their own, all of which are returned. */
  readonly restarts: number;
  readonly random: Random;
}

/**
 * K-means with k-means++ seeding, the run of lowest inertia first. A cluster that loses all its rows keeps its
 * centroid.
 *
 * @param points [rows, dim], finite, at least `clusters` rows
 */
export async function kmeans(points: Matrix, options: KmeansOptions): Promise<readonly Clustering[]> {
  const { clusters, restarts, random, iterations } = options;
  requireFinite(points, 'points');
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > points.rows)
    throw new RangeError(`expected 1 to ${points.rows} clusters, got ${clusters}`);
  const isSpherical = options.spherical === true;
  const rows = isSpherical ? normaliseRows(points) : points;
  const search = new CentroidSearch(rows, isSpherical);
  const runs: Clustering[] = [];
  try {
    for (let restart = 0; restart < restarts; restart++) {
      const start = await seedCentroids(rows, clusters, random.fork(restart), options);
      const progress = (done: number): void => options.progress?.(restart * iterations + done, restarts * iterations);
      runs.push(await descend(search, start, isSpherical, { ...options, progress }));
    }
  } finally {
    search.dispose();
  }
  return runs.sort((a, b) => a.inertia - b.inertia);
}

/** Sum of the cosines of the rows with the centroids of their labels: what spherical k-means makes large. */
export function sphericalObjective(points: Matrix, { labels, centroids }: Clustering): number {
  const rows = normaliseRows(points);
  let sum = 0;
  for (let row = 0, at = 0; row < rows.rows; row++)
    for (let to = labels[row]! * rows.columns, end = to + rows.columns; to < end; to++, at++)
      sum += rows.data[at]! * centroids.data[to]!;
  return sum;
}
