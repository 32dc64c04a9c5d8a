import type { LongWork } from './long-work.js';
import type { Matrix } from './matrix.js';
import { nearestNeighbours } from './neighbours.js';
import { type SparseGraph, symmetrise } from './sparse-graph.js';

export interface TsneAffinities {
  /** Row i holds p(j|i); every row sums to 1. */
  readonly conditional: SparseGraph;
  /** (C + C^T) / (2 rows); all entries sum to 1. */
  readonly joint: SparseGraph;
}

export interface AffinityOptions extends LongWork {
  /** Effective number of neighbours: every row has the entropy ln(perplexity). At most `neighbours`. */
  readonly perplexity: number;
  /** Nearest rows that get any affinity; all others by default (3 x perplexity is usual for many rows). */
  readonly neighbours?: number | undefined;
}

/**
 * Affinities of t-SNE (van der Maaten and Hinton 2008, equation 1): p(j|i) = softmax over j of -beta_i |x_i - x_j|^2
 * with beta_i such that the row's entropy is ln(perplexity).
 *
 * @param points [rows, dim], finite
 */
export async function tsneAffinities(points: Matrix, options: AffinityOptions): Promise<TsneAffinities> {
  const { perplexity, neighbours = points.rows - 1 } = options;
  const { k, position, similarity } = await nearestNeighbours(points, neighbours, { ...options, metric: 'euclidean' });
  if (!(perplexity >= 1) || perplexity > k)
    throw new RangeError(`expected a perplexity of 1 to ${k}, got ${perplexity}`);
  const targets = new Uint32Array(position.length);
  const weights = new Float64Array(position.length);
  for (let first = 0; first < position.length; first += k) {
    const distances = Float64Array.from(similarity.subarray(first, first + k), (value) => -value);
    const shares = sharesOfPerplexity(distances, Math.log(perplexity));
    const order = Array.from({ length: k }, (_, i) => i).sort((a, b) => position[first + a]! - position[first + b]!);
    for (const [place, i] of order.entries()) {
      targets[first + place] = position[first + i]!;
      weights[first + place] = shares[i]!;
    }
  }
  const offsets = Uint32Array.from({ length: points.rows + 1 }, (_, row) => row * k);
  const conditional = { nodes: points.rows, offsets, targets, weights };
  const sum = symmetrise(conditional, 'sum');
  return { conditional, joint: { ...sum, weights: sum.weights.map((weight) => weight / (2 * points.rows)) } };
}

/** softmax(-beta distances) of the wanted entropy, by bisection on beta. */
function sharesOfPerplexity(distances: Float64Array, wanted: number): Float64Array {
  // Only differences matter; without the offset an outlier's row would underflow.
  const nearest = distances.reduce((minimum, value) => Math.min(minimum, value), Number.POSITIVE_INFINITY);
  const offsets = distances.map((value) => value - nearest);
  const mean = offsets.reduce((sum, value) => sum + value, 0) / offsets.length;
  const shares = new Float64Array(distances.length);
  let [low, high, beta] = [0, Number.POSITIVE_INFINITY, mean > 0 ? 1 / mean : 1];
  for (let step = 0; step < 200; step++) {
    const difference = fillShares(offsets, beta, shares) - wanted;
    if (Math.abs(difference) < 1e-12) break;
    if (difference > 0) low = beta;
    else high = beta;
    // Where more than `perplexity` rows coincide the entropy cannot be reached: beta stops growing at 2^100.
    const next = high === Number.POSITIVE_INFINITY ? beta * 2 : (low + high) / 2;
    if (next === beta || next > 2 ** 100) break;
    beta = next;
  }
  return shares;
}

/** Writes the shares of one beta; returns their entropy. */
function fillShares(offsets: Float64Array, beta: number, shares: Float64Array): number {
  let sum = 0;
  let energy = 0;
  for (let i = 0; i < offsets.length; i++) {
    const share = Math.exp(-beta * offsets[i]!);
    shares[i] = share;
    sum += share;
    if (share > 0) energy += offsets[i]! * share;
  }
  for (let i = 0; i < shares.length; i++) shares[i]! /= sum;
  return Math.log(sum) + (beta * energy) / sum;
}
