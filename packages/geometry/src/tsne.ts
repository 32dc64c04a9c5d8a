import type { Random } from '@twoshot/engine/random';
import { betweenBlocks, type LongWork } from './long-work.js';
import { type Matrix, requireFinite } from './matrix.js';
import { fitPca, projectPca } from './pca.js';
import { Quadtree } from './quadtree.js';
import type { SparseGraph } from './sparse-graph.js';
import { tsneAffinities } from './tsne-affinities.js';

export interface TsneOptions extends LongWork {
  readonly random: Random;
  /** Default 30; cut to a third of the other rows. */
  readonly perplexity?: number;
  /** Default 750. */
  readonly iterations?: number;
  /** Cells seen under less than this angle count as one point; 0 looks at all pairs. Default 0.5. */
  readonly theta?: number;
}

/** Affinities are this many times larger for the first quarter of the iterations, at most 250 of them. */
const exaggeration = 12;

/**
 * t-SNE in the plane with Barnes-Hut repulsion (van der Maaten 2014), started from the first two principal
 * components, with momentum and gains as in the author's program.
 *
 * @param points [rows, dim], finite, at least 4 rows
 * @returns [rows, 2]
 */
export async function tsne(points: Matrix, options: TsneOptions): Promise<Matrix> {
  requireFinite(points, 'features');
  const { rows } = points;
  if (rows < 4) throw new RangeError(`expected at least 4 rows, got ${rows}`);
  const { random, iterations = 750, theta = 0.5, signal } = options;
  const perplexity = Math.min(options.perplexity ?? 30, (rows - 1) / 3);
  const neighbours = Math.min(rows - 1, Math.ceil(3 * perplexity));
  const { joint } = await tsneAffinities(points, { perplexity, neighbours, signal });
  const embedding = await startEmbedding(points, random, { signal });
  const forces = new TsneForces(joint, theta);
  const gradient = new Float64Array(rows * 2);
  const velocity = new Float64Array(rows * 2);
  const gains = new Float64Array(rows * 2).fill(1);
  const early = Math.min(250, Math.floor(iterations / 4));
  const rate = Math.max(50, rows / exaggeration / 4);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const isEarly = iteration < early;
    forces.gradient(embedding, isEarly ? exaggeration : 1, gradient);
    const momentum = isEarly ? 0.5 : 0.8;
    for (let i = 0; i < gradient.length; i++) {
      const agrees = gradient[i]! * velocity[i]! < 0;
      gains[i] = Math.max(0.01, agrees ? gains[i]! + 0.2 : gains[i]! * 0.8);
      velocity[i] = momentum * velocity[i]! - rate * gains[i]! * gradient[i]!;
      embedding[i]! += velocity[i]!;
    }
    await betweenBlocks(options, iteration + 1, iterations);
  }
  return { rows, columns: 2, data: Float32Array.from(embedding) };
}

/** The first two principal components at a spread of 1e-4; noise for a second one that is not there. */
async function startEmbedding(points: Matrix, random: Random, work: LongWork): Promise<Float64Array> {
  const components = Math.min(2, points.columns);
  const pca = await fitPca(points, components, work);
  const projected = await projectPca(points, pca, 0, work);
  const spread = Math.sqrt(pca.explainedVariance[0]!);
  const scale = spread > 0 ? 1e-4 / spread : 0;
  return Float64Array.from(
    { length: points.rows * 2 },
    (_, i) =>
      1e-6 * random.normal() +
      (i % 2 < components ? scale * projected.data[Math.floor(i / 2) * components + (i % 2)]! : 0),
  );
}

/** The gradient of t-SNE in the plane: exact attraction along edges, repulsion from cells of a quadtree. */
export class TsneForces {
  readonly #joint: SparseGraph;
  readonly #theta: number;
  readonly #tree: Quadtree;
  readonly #repulsion: Float64Array;

  /** @param joint symmetric affinities that sum to 1 */
  constructor(joint: SparseGraph, theta: number) {
    this.#joint = joint;
    this.#theta = theta;
    this.#tree = new Quadtree(joint.nodes);
    this.#repulsion = new Float64Array(joint.nodes * 2);
  }

  /**
   * Writes the gradient with affinities `factor` times as large.
   *
   * @param embedding [rows, 2]
   */
  gradient(embedding: Float64Array, factor: number, gradient: Float64Array): void {
    const total = this.#repel(embedding);
    const { nodes, offsets, targets, weights } = this.#joint;
    for (let row = 0; row < nodes; row++) {
      const [x, y] = [embedding[2 * row]!, embedding[2 * row + 1]!];
      let [fx, fy] = [0, 0];
      for (let edge = offsets[row]!, end = offsets[row + 1]!; edge < end; edge++) {
        const other = 2 * targets[edge]!;
        const dx = x - embedding[other]!;
        const dy = y - embedding[other + 1]!;
        const pull = weights[edge]! / (1 + dx * dx + dy * dy);
        fx += pull * dx;
        fy += pull * dy;
      }
      gradient[2 * row] = 4 * (factor * fx - this.#repulsion[2 * row]! / total);
      gradient[2 * row + 1] = 4 * (factor * fy - this.#repulsion[2 * row + 1]! / total);
    }
  }

  /** Fills the repulsion of all rows; returns the sum of kernels over ordered pairs. */
  #repel(embedding: Float64Array): number {
    const tree = this.#tree;
    tree.build(embedding);
    const { cells, x, y, mass, squaredSide, skip } = tree;
    const squaredTheta = this.#theta ** 2;
    let total = 0;
    for (let row = 0; row < this.#joint.nodes; row++) {
      const [px, py] = [embedding[2 * row]!, embedding[2 * row + 1]!];
      let [fx, fy] = [0, 0];
      for (let cell = 0; cell < cells;) {
        const dx = px - x[cell]!;
        const dy = py - y[cell]!;
        const squared = dx * dx + dy * dy;
        if (squaredSide[cell]! > squaredTheta * squared) {
          cell++;
          continue;
        }
        const kernel = 1 / (1 + squared);
        const share = mass[cell]! * kernel;
        total += share;
        fx += share * kernel * dx;
        fy += share * kernel * dy;
        cell = skip[cell]!;
      }
      this.#repulsion[2 * row] = fx;
      this.#repulsion[2 * row + 1] = fy;
    }
    // Every row met itself at distance 0, which adds 1 to the sum and no force.
    return total - this.#joint.nodes;
  }
}
