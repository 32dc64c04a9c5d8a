import type { AnyMatrix } from './matrix.js';
import type { SparseGraph } from './sparse-graph.js';

/** Columns that are worked on together: one look at an edge serves them all, and a panel of rows stays in the cache. */
export const lanes = 4;

/** Calls `work` with each group of columns as a panel [rows, lanes] (zeros beside the last) and puts back its result. */
export async function byPanels(
  matrix: AnyMatrix,
  work: (panel: Float64Array, index: number, count: number) => Promise<Float64Array>,
): Promise<Float64Array> {
  const { rows, columns, data } = matrix;
  const result = new Float64Array(rows * columns);
  const count = Math.ceil(columns / lanes);
  for (let index = 0; index < count; index++) {
    const first = index * lanes;
    const width = Math.min(lanes, columns - first);
    const panel = new Float64Array(rows * lanes);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) panel[row * lanes + i] = data[row * columns + first + i]!;
    const done = await work(panel, index, count);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) result[row * columns + first + i] = done[row * lanes + i]!;
  }
  return result;
}

/** result = graph * panel, both [nodes, lanes] */
export function multiplyPanel(graph: SparseGraph, panel: Float64Array, result: Float64Array): void {
  const { nodes, offsets, targets, weights } = graph;
  for (let node = 0; node < nodes; node++) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let edge = offsets[node]!, end = offsets[node + 1]!; edge < end; edge++) {
      const weight = weights[edge]!;
      const from = targets[edge]! * lanes;
      a += weight * panel[from]!;
      b += weight * panel[from + 1]!;
      c += weight * panel[from + 2]!;
      d += weight * panel[from + 3]!;
    }
    const to = node * lanes;
    result[to] = a;
    result[to + 1] = b;
    result[to + 2] = c;
    result[to + 3] = d;
  }
}
