import { graphFromDense, type Matrix, type SparseGraph, squaredDistances } from '@twoshot/geometry';

/**
 * The full graph of a Gaussian kernel, exp(-gamma |x_i - x_j|^2) without loops (Zhou et al. 2004). For few rows: it
 * holds rows^2 weights.
 *
 * @param points [rows, dim]
 */
export function rbfGraph(points: Matrix, gamma: number): SparseGraph {
  const distances = squaredDistances(points, points);
  const data = distances.data.map((value) => Math.exp(-gamma * value));
  for (let row = 0; row < points.rows; row++) data[row * points.rows + row] = 0;
  return graphFromDense({ ...distances, data });
}
