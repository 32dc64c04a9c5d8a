import { createGraphProduct, createSpreading, type GraphProduct } from '@twoshot/engine';
import { byPanels, type Panel } from './class-panels.js';
import { betweenBlocks, type LongWork } from './long-work.js';
import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';
import { requireFiniteEdges, type SparseGraph } from './sparse-graph.js';

function requireSource(graph: SparseGraph, source: AnyMatrix): void {
  if (source.rows !== graph.nodes) throw new RangeError(`expected ${graph.nodes} rows of labels, got ${source.rows}`);
  requireFinite(source, 'labels');
  requireFiniteEdges(graph);
}

export interface SpreadOptions extends LongWork {
  /** Share of a score that comes from the neighbours, 0..1 */
  readonly alpha: number;
  readonly rounds: number;
}

/**
 * Label spreading (Zhou et al. 2004): F starts at Y; each round F = alpha S F + (1 - alpha) Y. A label is seen as many
 * edges away as there are rounds.
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
  requireSource(graph, source);
  const { alpha, rounds } = options;
  const spreading = createSpreading(graph, source.data, alpha);
  try {
    for (let round = 0; round < rounds; round++) {
      spreading.round();
      await betweenBlocks(options, round + 1, rounds);
    }
    return { rows: source.rows, columns: source.columns, data: spreading.scores() };
  } finally {
    spreading.dispose();
  }
}

export interface SolveOptions extends LongWork {
  readonly alpha: number;
  /** Residual, as a share of the norm of Y, at which a class is done. Default 1e-10. */
  readonly tolerance?: number | undefined;
  /** Most steps. Default 2,000. */
  readonly steps?: number | undefined;
}

/**
 * The limit of label spreading without its factor (1 - alpha): (I - alpha S)^-1 Y by conjugate gradients, some
 * classes at a time. Takes far fewer steps than spreading takes rounds where alpha is near 1.
 *
 * @param graph S, symmetric with eigenvalues in [-1, 1], such as `normaliseGraph(...)`
 * @param source Y [nodes, classes]
 */
export async function solveLabels(
  graph: SparseGraph,
  source: AnyMatrix,
  options: SolveOptions,
): Promise<Matrix<Float64Array>> {
  requireSource(graph, source);
  const { steps = 2000 } = options;
  const product = createGraphProduct(graph);
  try {
    const data = await byPanels(source, (right, index, count) =>
      conjugateGradients(product, right, options, (step) =>
        betweenBlocks(options, index * steps + step, count * steps),
      ),
    );
    return { rows: source.rows, columns: source.columns, data };
  } finally {
    product.dispose();
  }
}

/** Dot products of the columns of two panels. */
function dots(a: Float64Array, b: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let i = 0; i < a.length; i += width)
    for (let lane = 0; lane < width; lane++) sums[lane]! += a[i + lane]! * b[i + lane]!;
  return sums;
}

/** panel += factors * other, a factor a column */
function addScaled(panel: Float64Array, other: Float64Array, factors: Float64Array): void {
  const width = factors.length;
  for (let i = 0; i < panel.length; i += width)
    for (let lane = 0; lane < width; lane++) panel[i + lane]! += factors[lane]! * other[i + lane]!;
}

async function conjugateGradients(
  product: GraphProduct,
  { width, data: right }: Panel,
  { alpha, tolerance = 1e-10, steps = 2000 }: SolveOptions,
  turn: (step: number) => Promise<void>,
): Promise<Float64Array> {
  const solution = new Float64Array(right.length);
  const residual = Float64Array.from(right);
  const direction = Float64Array.from(right);
  const image = new Float64Array(right.length);
  let lengths = dots(residual, residual, width);
  const targets = lengths.map((length) => length * tolerance ** 2);
  for (let step = 0; step < steps && lengths.some((length, lane) => length > targets[lane]!); step++) {
    product.multiply(direction, image);
    for (let i = 0; i < image.length; i++) image[i] = direction[i]! - alpha * image[i]!;
    const bends = dots(direction, image, width);
    // A class that is done rests while the others go on.
    const strides = bends.map((bend, lane) => (lengths[lane]! > targets[lane]! ? lengths[lane]! / bend : 0));
    addScaled(solution, direction, strides);
    addScaled(
      residual,
      image,
      strides.map((stride) => -stride),
    );
    const shorter = dots(residual, residual, width);
    const turns = shorter.map((length, lane) => (strides[lane]! > 0 ? length / lengths[lane]! : 0));
    for (let i = 0; i < direction.length; i += width)
      for (let lane = 0; lane < width; lane++)
        direction[i + lane] = residual[i + lane]! + turns[lane]! * direction[i + lane]!;
    lengths = shorter;
    await turn(step + 1);
  }
  return solution;
}
