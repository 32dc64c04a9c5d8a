import { requireFiniteRows } from '../finite.js';

/** The affine map that most pairs of points agree on. */
export interface AffineFit {
  /** [n] 1 where the residual is within the threshold. */
  readonly inliers: Uint8Array;
  /** [2, 3] least-squares map over the inliers: (x, y, 1) of the source to the target. */
  readonly matrix: Float64Array;
}

export interface RansacOptions {
  /** Largest residual of an inlier, pixels. */
  readonly threshold: number;
  /** Samples drawn; all triples are tried instead where there are not more. */
  readonly samples?: number;
  /** Draws the samples. */
  readonly random: { integer(below: number): number };
}

/**
 * Fits an affine map in spite of outliers (Fischler and Bolles 1981): the triple with the most inliers, then least
 * squares over the inliers until they no longer change. Null where no three points span a triangle.
 *
 * @param source, target [n, 2] x and y of the points
 */
export function ransacAffine(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  { threshold, samples = 20_000, random }: RansacOptions,
): AffineFit | null {
  requireFiniteRows(source, 2, 'points');
  requireFiniteRows(target, 2, 'points');
  const count = source.length / 2;
  let best: Float64Array | null = null;
  let bestCount = 0;
  const consider = (triple: readonly number[]): void => {
    const matrix = leastSquares(source, target, triple);
    if (matrix === null) return;
    const agreeing = inlierRows(source, target, matrix, threshold).length;
    if (agreeing <= bestCount) return;
    bestCount = agreeing;
    best = matrix;
  };
  if ((count * (count - 1) * (count - 2)) / 6 <= samples)
    for (let i = 0; i < count; i++)
      for (let j = i + 1; j < count; j++) for (let k = j + 1; k < count; k++) consider([i, j, k]);
  else
    for (let sample = 0; sample < samples; sample++) {
      const triple = [random.integer(count), random.integer(count), random.integer(count)];
      if (new Set(triple).size === 3) consider(triple);
    }
  return best === null ? null : settle(source, target, best, threshold);
}

/** Alternates least squares and inliers; a few rounds are enough, and the last ones may swing. */
function settle(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  start: Float64Array,
  threshold: number,
): AffineFit {
  let matrix = start;
  let rows = inlierRows(source, target, matrix, threshold);
  for (let round = 0; round < 10; round++) {
    const refined = leastSquares(source, target, rows);
    if (refined === null) break;
    matrix = refined;
    const next = inlierRows(source, target, matrix, threshold);
    if (next.length === rows.length && next.every((row, at) => row === rows[at])) break;
    if (next.length < 3) break;
    rows = next;
  }
  const inliers = new Uint8Array(source.length / 2);
  for (const row of rows) inliers[row] = 1;
  return { inliers, matrix };
}

function inlierRows(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  matrix: Float64Array,
  threshold: number,
): number[] {
  const rows: number[] = [];
  for (let row = 0; row < source.length / 2; row++) {
    const x = source[2 * row]!;
    const y = source[2 * row + 1]!;
    const errorX = matrix[0]! * x + matrix[1]! * y + matrix[2]! - target[2 * row]!;
    const errorY = matrix[3]! * x + matrix[4]! * y + matrix[5]! - target[2 * row + 1]!;
    if (errorX * errorX + errorY * errorY <= threshold * threshold) rows.push(row);
  }
  return rows;
}

/** Normal equations about the centroid; null where the points lie on a line. */
function leastSquares(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  rows: readonly number[],
): Float64Array | null {
  const means = [0, 0, 0, 0];
  for (const row of rows) {
    means[0]! += source[2 * row]! / rows.length;
    means[1]! += source[2 * row + 1]! / rows.length;
    means[2]! += target[2 * row]! / rows.length;
    means[3]! += target[2 * row + 1]! / rows.length;
  }
  const [meanX = 0, meanY = 0, meanU = 0, meanV = 0] = means;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let xu = 0;
  let yu = 0;
  let xv = 0;
  let yv = 0;
  for (const row of rows) {
    const x = source[2 * row]! - meanX;
    const y = source[2 * row + 1]! - meanY;
    const u = target[2 * row]! - meanU;
    const v = target[2 * row + 1]! - meanV;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xu += x * u;
    yu += y * u;
    xv += x * v;
    yv += y * v;
  }
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-9 * xx * yy)) return null;
  const a = (xu * yy - yu * xy) / determinant;
  const b = (yu * xx - xu * xy) / determinant;
  const c = (xv * yy - yv * xy) / determinant;
  const d = (yv * xx - xv * xy) / determinant;
  return Float64Array.of(a, b, meanU - a * meanX - b * meanY, c, d, meanV - c * meanX - d * meanY);
}
