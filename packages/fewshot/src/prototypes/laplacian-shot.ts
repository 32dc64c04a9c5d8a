import { type LongWork, type Matrix, nearestNeighbours, softmaxRows, squaredDistances } from '@twoshot/geometry';

export interface LaplacianOptions extends LongWork {
  /** Weight of the neighbours. */
  readonly lambda: number;
  /** Nearest other query rows of each; cut to their number. */
  readonly neighbours: number;
  readonly iterations: number;
}

export interface LaplacianShot {
  /** [queries, classes] */
  readonly assignment: Matrix<Float64Array>;
  readonly energy: number;
}

/**
 * LaplacianShot (Ziko et al. 2020, algorithm 1): distances to prototypes, with query rows drawn to what their nearest
 * other query rows say; bound updates Y = softmax(-a + lambda W Y).
 *
 * @param prototypes [classes, dim]
 * @param query [queries, dim]
 */
export async function laplacianShot(
  prototypes: Matrix,
  query: Matrix,
  options: LaplacianOptions,
): Promise<LaplacianShot> {
  const { lambda, iterations, neighbours } = options;
  const { rows, columns, data: distances } = squaredDistances(query, prototypes);
  const { k, position } = await nearestNeighbours(query, neighbours, { ...options, metric: 'euclidean' });
  let assignment = softmaxRows({ rows, columns, data: distances.map((value) => -value) });
  const support = new Float64Array(rows * columns);
  const gather = (): void => {
    support.fill(0);
    for (let row = 0, at = 0; row < rows; row++)
      for (const end = at + k; at < end; at++)
        for (let i = 0; i < columns; i++) support[row * columns + i]! += assignment.data[position[at]! * columns + i]!;
  };
  gather();
  for (let iteration = 0; iteration < iterations; iteration++) {
    assignment = softmaxRows({ rows, columns, data: distances.map((value, i) => lambda * support[i]! - value) });
    gather();
  }
  let energy = 0;
  for (const [i, y] of assignment.data.entries())
    energy += y * Math.log(Math.max(y, 1e-20)) + distances[i]! * y - lambda * support[i]! * y;
  return { assignment, energy };
}
