import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';
import type { SparseGraph } from './sparse-graph.js';

/** (1 + |a - b|^2)^-1, the Student kernel of one degree of freedom */
function kernel(embedding: AnyMatrix, a: number, b: number): number {
  const { columns, data } = embedding;
  let sum = 1;
  for (let i = 0; i < columns; i++) sum += (data[a * columns + i]! - data[b * columns + i]!) ** 2;
  return 1 / sum;
}

function kernelSum(embedding: AnyMatrix): number {
  let sum = 0;
  for (let a = 0; a < embedding.rows; a++) for (let b = 0; b < a; b++) sum += 2 * kernel(embedding, a, b);
  return sum;
}

/**
 * Kullback-Leibler divergence of the joint affinities from those of the embedding, over ordered pairs (van der Maaten
 * and Hinton 2008, equation 2 with the Student kernel). All pairs are looked at: rows^2 operations.
 *
 * @param joint sums to 1
 * @param embedding [rows, dim]
 */
export function tsneDivergence(joint: SparseGraph, embedding: AnyMatrix): number {
  requireFinite(embedding, 'embedding');
  const total = kernelSum(embedding);
  let divergence = 0;
  for (let row = 0; row < joint.nodes; row++)
    for (let edge = joint.offsets[row]!; edge < joint.offsets[row + 1]!; edge++) {
      const p = joint.weights[edge]!;
      if (p > 0) divergence += p * Math.log((p * total) / kernel(embedding, row, joint.targets[edge]!));
    }
  return divergence;
}

/**
 * Gradient of `tsneDivergence`, [rows, dim]: 4 sum_j (p_ij - q_ij) (y_i - y_j) kernel_ij. Computes all pairs.
 *
 * @param joint symmetric, sums to 1
 * @param embedding [rows, dim]
 */
export function tsneGradient(joint: SparseGraph, embedding: AnyMatrix): Matrix<Float64Array> {
  requireFinite(embedding, 'embedding');
  const { rows, columns, data } = embedding;
  const gradient = new Float64Array(rows * columns);
  const pull = (a: number, b: number, factor: number): void => {
    for (let i = 0; i < columns; i++)
      gradient[a * columns + i]! += factor * (data[a * columns + i]! - data[b * columns + i]!);
  };
  for (let row = 0; row < rows; row++)
    for (let edge = joint.offsets[row]!; edge < joint.offsets[row + 1]!; edge++) {
      const other = joint.targets[edge]!;
      pull(row, other, 4 * joint.weights[edge]! * kernel(embedding, row, other));
    }
  const total = kernelSum(embedding);
  for (let a = 0; a < rows; a++)
    for (let b = 0; b < rows; b++) if (a !== b) pull(a, b, (-4 * kernel(embedding, a, b) ** 2) / total);
  return { rows, columns, data: gradient };
}
