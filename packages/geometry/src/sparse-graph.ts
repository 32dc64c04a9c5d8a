import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';

/** A weighted graph as compressed sparse rows; the targets of a node ascend. */
export interface SparseGraph {
  readonly nodes: number;
  /** [nodes + 1] where the edges of a node start */
  readonly offsets: Uint32Array;
  /** [edges] */
  readonly targets: Uint32Array;
  /** [edges] */
  readonly weights: Float64Array;
}

/** Edges of a dense weight matrix; zeros are no edges. */
export function graphFromDense(weights: AnyMatrix): SparseGraph {
  const { rows, columns, data } = weights;
  if (rows !== columns) throw new RangeError(`expected a square weight matrix, got ${rows} x ${columns}`);
  requireFinite(weights, 'weights');
  const offsets = new Uint32Array(rows + 1);
  const targets: number[] = [];
  const kept: number[] = [];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++)
      if (data[i] !== 0) {
        targets.push(column);
        kept.push(data[i]!);
      }
    offsets[row + 1] = targets.length;
  }
  return { nodes: rows, offsets, targets: Uint32Array.from(targets), weights: Float64Array.from(kept) };
}

/** [nodes, nodes] weights; for small graphs. */
export function denseFromGraph(graph: SparseGraph): Matrix<Float64Array> {
  const { nodes, offsets, targets, weights } = graph;
  const data = new Float64Array(nodes * nodes);
  for (let node = 0; node < nodes; node++)
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++)
      data[node * nodes + targets[edge]!] = weights[edge]!;
  return { rows: nodes, columns: nodes, data };
}

/** Edges turned round. */
function transpose(graph: SparseGraph): SparseGraph {
  const { nodes, offsets, targets, weights } = graph;
  const starts = new Uint32Array(nodes + 1);
  for (const target of targets) starts[target + 1]!++;
  for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice(0, nodes);
  const turned = { targets: new Uint32Array(targets.length), weights: new Float64Array(targets.length) };
  for (let node = 0; node < nodes; node++)
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const at = next[targets[edge]!]!++;
      turned.targets[at] = node;
      turned.weights[at] = weights[edge]!;
    }
  return { nodes, offsets: starts, ...turned };
}

/** How the two weights of a pair of nodes become one: A + A^T, or the larger of both. */
export type Symmetry = 'sum' | 'maximum';

/** The undirected graph of a directed one: an edge wherever there was one in either direction. */
export function symmetrise(graph: SparseGraph, symmetry: Symmetry): SparseGraph {
  const turned = transpose(graph);
  const offsets = new Uint32Array(graph.nodes + 1);
  const targets = new Uint32Array(2 * graph.targets.length);
  const weights = new Float64Array(2 * graph.targets.length);
  let count = 0;
  for (let node = 0; node < graph.nodes; node++) {
    let [a, b] = [graph.offsets[node]!, turned.offsets[node]!];
    const [endA, endB] = [graph.offsets[node + 1]!, turned.offsets[node + 1]!];
    while (a < endA || b < endB) {
      const targetA = a < endA ? graph.targets[a]! : Number.POSITIVE_INFINITY;
      const targetB = b < endB ? turned.targets[b]! : Number.POSITIVE_INFINITY;
      const weightA = targetA <= targetB ? graph.weights[a++]! : 0;
      const weightB = targetB <= targetA ? turned.weights[b++]! : 0;
      targets[count] = Math.min(targetA, targetB);
      weights[count++] = symmetry === 'sum' ? weightA + weightB : Math.max(weightA, weightB);
    }
    offsets[node + 1] = count;
  }
  return { nodes: graph.nodes, offsets, targets: targets.slice(0, count), weights: weights.slice(0, count) };
}

/** Row sums of the weights, [nodes]. */
export function degrees(graph: SparseGraph): Float64Array {
  const sums = new Float64Array(graph.nodes);
  for (let node = 0; node < graph.nodes; node++)
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++) sums[node]! += graph.weights[edge]!;
  return sums;
}

/** D^-1/2 W D^-1/2 with D the row sums; a node whose row sum is 0 keeps no weight. */
export function normaliseGraph(graph: SparseGraph): SparseGraph {
  const scale = degrees(graph).map((degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
  const weights = new Float64Array(graph.weights.length);
  for (let node = 0; node < graph.nodes; node++)
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge++)
      weights[edge] = graph.weights[edge]! * scale[node]! * scale[graph.targets[edge]!]!;
  return { ...graph, weights };
}

/** Throws a RangeError that names the first edge whose weight is not finite. */
export function requireFiniteEdges({ offsets, targets, weights }: SparseGraph): void {
  const edge = weights.findIndex((weight) => !Number.isFinite(weight));
  if (edge < 0) return;
  const row = offsets.findIndex((start) => start > edge) - 1;
  throw new RangeError(`expected finite weights, got ${weights[edge]} in row ${row}, column ${targets[edge]}`);
}
