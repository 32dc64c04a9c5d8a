import { betweenBlocks, type LongWork } from './long-work.js';
import type { AnyMatrix, Matrix } from './matrix.js';
import type { SparseGraph } from './sparse-graph.js';

/**
 * One-hot rows of labels, [rows, classes]; label -1 gives a row of zeros.
 *
 * @param weights [rows] value of the one; 1 by default
 */
export function oneHot(labels: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): Matrix<Float64Array> {
  const data = new Float64Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label >= classes) throw new RangeError(`expected a class below ${classes}, got ${label} in row ${row}`);
    if (label >= 0) data[row * classes + label] = weights?.[row] ?? 1;
  }
  return { rows: labels.length, columns: classes, data };
}

/** Classes that are spread together: one look at an edge serves as many, and a panel of rows stays in the cache. */
const lanes = 4;

/** next = alpha * graph * scores + (1 - alpha) * source, all of them panels [nodes, lanes] */
function spreadRound(
  graph: SparseGraph,
  scores: Float64Array,
  source: Float64Array,
  alpha: number,
  next: Float64Array,
): void {
  const { nodes, offsets, targets, weights } = graph;
  const rest = 1 - alpha;
  for (let node = 0; node < nodes; node++) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let edge = offsets[node]!, end = offsets[node + 1]!; edge < end; edge++) {
      const weight = weights[edge]!;
      const from = targets[edge]! * lanes;
      a += weight * scores[from]!;
      b += weight * scores[from + 1]!;
      c += weight * scores[from + 2]!;
      d += weight * scores[from + 3]!;
    }
    const to = node * lanes;
    next[to] = alpha * a + rest * source[to]!;
    next[to + 1] = alpha * b + rest * source[to + 1]!;
    next[to + 2] = alpha * c + rest * source[to + 2]!;
    next[to + 3] = alpha * d + rest * source[to + 3]!;
  }
}

export interface SpreadOptions extends LongWork {
  /** Share of a score that comes from the neighbours, 0..1 */
  readonly alpha: number;
  readonly rounds: number;
}

/**
 * Label spreading (Zhou et al. 2004): F starts at Y; each round F = alpha S F + (1 - alpha) Y.
 *
 * @param graph S, usually `normaliseGraph(...)`
 * @param source Y [nodes, classes]
 * @returns F [nodes, classes]
 */
export async function spreadLabels(
  graph: SparseGraph,
  source: AnyMatrix,
  options: SpreadOptions,
): Promise<Matrix<Float64Array>> {
  const { rows, columns } = source;
  if (rows !== graph.nodes) throw new RangeError(`expected ${graph.nodes} rows of labels, got ${rows}`);
  const { alpha, rounds } = options;
  const data = new Float64Array(rows * columns);
  const panels = Math.ceil(columns / lanes);
  for (let panel = 0; panel < panels; panel++) {
    const first = panel * lanes;
    const width = Math.min(lanes, columns - first);
    const start = new Float64Array(rows * lanes);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) start[row * lanes + i] = source.data[row * columns + first + i]!;
    let scores = Float64Array.from(start);
    let next = new Float64Array(start.length);
    for (let round = 0; round < rounds; round++) {
      spreadRound(graph, scores, start, alpha, next);
      [scores, next] = [next, scores];
      await betweenBlocks(options, panel * rounds + round + 1, panels * rounds);
    }
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) data[row * columns + first + i] = scores[row * lanes + i]!;
  }
  return { rows, columns, data };
}

export interface SolveOptions extends LongWork {
  readonly alpha: number;
  /** Residual, as a share of the norm of Y, at which a class is done. Default 1e-10. */
  readonly tolerance?: number | undefined;
  /** Most steps of a class. Default 1,000. */
  readonly steps?: number | undefined;
}

/**
 * The limit of label spreading without its factor (1 - alpha): (I - alpha S)^-1 Y by conjugate gradients, a class at
 * a time.
 *
 * @param graph S, symmetric with eigenvalues in [-1, 1], such as `normaliseGraph(...)`
 * @param source Y [nodes, classes]
 */
export async function solveLabels(
  graph: SparseGraph,
  source: AnyMatrix,
  options: SolveOptions,
): Promise<Matrix<Float64Array>> {
  const { rows, columns } = source;
  if (rows !== graph.nodes) throw new RangeError(`expected ${graph.nodes} rows of labels, got ${rows}`);
  const solved = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    const right = Float64Array.from({ length: rows }, (_, row) => source.data[row * columns + column]!);
    const solution = await conjugateGradients(graph, right, options);
    for (let row = 0; row < rows; row++) solved[row * columns + column] = solution[row]!;
  }
  return { rows, columns, data: solved };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** direction - alpha * graph * direction */
function applySystem(
  { nodes, offsets, targets, weights }: SparseGraph,
  alpha: number,
  direction: Float64Array,
  image: Float64Array,
): void {
  for (let node = 0; node < nodes; node++) {
    let sum = 0;
    for (let edge = offsets[node]!, end = offsets[node + 1]!; edge < end; edge++)
      sum += weights[edge]! * direction[targets[edge]!]!;
    image[node] = direction[node]! - alpha * sum;
  }
}

async function conjugateGradients(
  graph: SparseGraph,
  right: Float64Array,
  options: SolveOptions,
): Promise<Float64Array> {
  const { alpha, tolerance = 1e-10, steps = 1000 } = options;
  const solution = new Float64Array(right.length);
  const residual = Float64Array.from(right);
  const direction = Float64Array.from(right);
  const image = new Float64Array(right.length);
  let length = dot(residual, residual);
  const target = length * tolerance ** 2;
  for (let step = 0; step < steps && length > target; step++) {
    applySystem(graph, alpha, direction, image);
    const stride = length / dot(direction, image);
    for (let i = 0; i < solution.length; i++) {
      solution[i]! += stride * direction[i]!;
      residual[i]! -= stride * image[i]!;
    }
    const shorter = dot(residual, residual);
    for (let i = 0; i < direction.length; i++) direction[i] = residual[i]! + (shorter / length) * direction[i]!;
    length = shorter;
    await betweenBlocks(options, step + 1, steps);
  }
  return solution;
}
