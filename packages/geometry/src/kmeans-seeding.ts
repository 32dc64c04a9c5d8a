import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { betweenBlocks, type LongWork } from './long-work.js';
import { type Matrix, selectRows } from './matrix.js';
import { rowNorms } from './row-norm.js';

/** Rows that a seeding looks at, for each cluster: more do not make it better, only slower. */
const rowsPerCluster = 20;
const minRows = 10_000;

/**
 * Greedy k-means++ (Arthur and Vassilvitskii 2007): each next centroid is a row drawn with probability in proportion
 * to its squared distance from the centroids so far, the best of 2 + ln(clusters) draws. On many rows a random
 * sample of them is looked at.
 *
 * @param points [rows, dim]
 * @returns [clusters, dim]
 */
export async function seedCentroids(
  points: Matrix,
  clusters: number,
  random: Random,
  work: LongWork = {},
): Promise<Matrix> {
  const sample = sampleRows(points, Math.max(minRows, rowsPerCluster * clusters), random);
  const rows = tf.tensor2d(sample.data, [sample.rows, sample.columns]);
  const norms = rowNorms(sample).map((norm) => norm ** 2);
  const trials = 2 + Math.floor(Math.log(clusters));
  const first = random.integer(sample.rows);
  const chosen = new Uint32Array(clusters).fill(first);
  try {
    let closest = distancesTo(rows, norms, sample, [first])[0]!;
    for (let cluster = 1; cluster < clusters; cluster++) {
      const candidates = Array.from({ length: trials }, () => drawInProportion(closest, random));
      let [best, bestClosest] = [Number.POSITIVE_INFINITY, closest];
      for (const [trial, distances] of distancesTo(rows, norms, sample, candidates).entries()) {
        const next = closest.map((value, row) => Math.min(value, distances[row]!));
        const potential = next.reduce((sum, value) => sum + value, 0);
        if (potential < best) [best, bestClosest, chosen[cluster]] = [potential, next, candidates[trial]!];
      }
      closest = bestClosest;
      if (cluster % 16 === 15) await betweenBlocks({ signal: work.signal }, cluster, clusters);
    }
  } finally {
    rows.dispose();
  }
  return selectRows(sample, chosen);
}

/** Squared distances of all rows to each candidate row, [candidates][rows]. */
function distancesTo(
  rows: tf.Tensor2D,
  norms: Float64Array,
  sample: Matrix,
  candidates: readonly number[],
): Float64Array[] {
  const { data } = selectRows(sample, candidates);
  const products = tf.tidy(() => tf.matMul(rows, tf.tensor2d(data, [candidates.length, sample.columns]), false, true));
  const values = products.dataSync<'float32'>();
  products.dispose();
  return candidates.map((candidate, column) =>
    Float64Array.from(norms, (norm, row) =>
      row === candidate ? 0 : Math.max(0, norm + norms[candidate]! - 2 * values[row * candidates.length + column]!),
    ),
  );
}

function sampleRows(points: Matrix, size: number, random: Random): Matrix {
  if (points.rows <= size) return points;
  const order = Uint32Array.from({ length: points.rows }, (_, row) => row);
  random.shuffle(order);
  return selectRows(points, order.subarray(0, size));
}

/** A row drawn with probability in proportion to its weight; any row where all weights are 0. */
function drawInProportion(weights: Float64Array, random: Random): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return random.integer(weights.length);
  let left = random.next() * total;
  for (let row = 0; row < weights.length; row++) {
    left -= weights[row]!;
    if (left < 0) return row;
  }
  return weights.length - 1;
}
