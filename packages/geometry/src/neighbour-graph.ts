import { type SparseGraph, type Symmetry, symmetrise } from './sparse-graph.js';

/** Neighbour lists as `nearestNeighbours` and the artifact kind `neighbours` have them. */
export interface NeighbourLists {
  readonly k: number;
  /** [rows, k] positions, nearest first; -1 where there are fewer than k */
  readonly position: Int32Array;
  /** [rows, k] */
  readonly similarity: Float32Array;
}

export interface NeighbourGraphOptions {
  /** Weight of an edge is max(similarity, 0) to this power. */
  readonly power: number;
  readonly symmetry: Symmetry;
  /** Nearest neighbours of each row that are used; all by default. */
  readonly neighbours?: number | undefined;
}

/**
 * The undirected graph of neighbour lists (Iscen et al. 2019, equation 9, with A + A^T or the larger of both).
 *
 * @param lists [rows, k] within the same rows
 */
export function neighbourGraph(lists: NeighbourLists, options: NeighbourGraphOptions): SparseGraph {
  const { k, position, similarity } = lists;
  const { power, symmetry, neighbours = k } = options;
  const nodes = k === 0 ? 0 : position.length / k;
  const offsets = new Uint32Array(nodes + 1);
  const targets = new Uint32Array(nodes * Math.min(k, neighbours));
  const weights = new Float64Array(targets.length);
  let count = 0;
  for (let node = 0; node < nodes; node++) {
    const start = count;
    for (let i = node * k; i < node * k + Math.min(k, neighbours); i++) {
      const target = position[i]!;
      if (target >= 0 && !Number.isFinite(similarity[i]))
        throw new RangeError(`expected finite similarities, got ${similarity[i]} in row ${node}`);
      const weight = Math.max(similarity[i]!, 0) ** power;
      if (target < 0 || weight === 0) continue;
      if (target >= nodes) throw new RangeError(`expected a neighbour below ${nodes}, got ${target} in row ${node}`);
      insertAscending(targets, weights, start, count++, target, weight);
    }
    offsets[node + 1] = count;
  }
  const directed = { nodes, offsets, targets: targets.slice(0, count), weights: weights.slice(0, count) };
  return symmetrise(directed, symmetry);
}

function insertAscending(
  targets: Uint32Array,
  weights: Float64Array,
  start: number,
  end: number,
  target: number,
  weight: number,
): void {
  let at = end;
  for (; at > start && targets[at - 1]! > target; at--) {
    targets[at] = targets[at - 1]!;
    weights[at] = weights[at - 1]!;
  }
  targets[at] = target;
  weights[at] = weight;
}
