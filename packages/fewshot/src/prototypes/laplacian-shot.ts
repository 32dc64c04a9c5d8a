import {
  type LongWork,
  type Matrix,
  nearestNeighbours,
  nearestTo,
  softmaxRows,
  squaredDistances,
} from '@twoshot/geometry';

export interface LaplacianOptions extends LongWork {
  /** Weight of the neighbours. */
  readonly lambda: number;
  /** Nearest other query rows of each; at most as many as there are. */
  readonly neighbours: number;
  readonly iterations: number;
}

export interface LaplacianShot {
  /** [queries, classes] */
  readonly assignment: Matrix<Float64Array>;
  readonly energy: number;
}

/**
 * LaplacianShot (Ziko et al. 2020, algorithm 1): distances to prototypes, with each query row smoothed over its nearest
 * other query rows; bound updates Y = softmax(-a + lambda W Y).
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
  let support = sumOfNeighbours(assignment, rows, position, k);
  for (let iteration = 0; iteration < iterations; iteration++) {
    assignment = softmaxRows({ rows, columns, data: distances.map((value, i) => lambda * support[i]! - value) });
    support = sumOfNeighbours(assignment, rows, position, k);
  }
  let energy = 0;
  for (const [i, y] of assignment.data.entries())
    energy += y * Math.log(Math.max(y, 1e-20)) + distances[i]! * y - lambda * support[i]! * y;
  return { assignment, energy };
}

/**
 * Predictions for rows outside the graph: one bound update of each, with the assignment of its nearest rows in the
 * graph. Each is independent of the other queries.
 *
 * @param prototypes [classes, dim]
 * @param query [queries, dim]
 * @param graph [rows, dim] the query rows of `laplacianShot`
 * @param assignment [rows, classes] its result
 * @returns [queries, classes]
 */
export async function laplacianPredictions(
  prototypes: Matrix,
  query: Matrix,
  graph: Matrix,
  assignment: Matrix<Float64Array>,
  options: Omit<LaplacianOptions, 'iterations'>,
): Promise<Matrix<Float64Array>> {
  const distances = squaredDistances(query, prototypes);
  const { k, position } = await nearestTo(graph, query, options.neighbours, { ...options, metric: 'euclidean' });
  const support = sumOfNeighbours(assignment, query.rows, position, k);
  return softmaxRows({ ...distances, data: distances.data.map((value, i) => options.lambda * support[i]! - value) });
}

/** Sums of the assignments of the k neighbours of every row, [rows, classes]. */
function sumOfNeighbours(
  { columns, data }: Matrix<Float64Array>,
  rows: number,
  position: Int32Array,
  k: number,
): Float64Array {
  const sums = new Float64Array(rows * columns);
  for (const [at, other] of position.entries())
    for (let i = 0, to = Math.floor(at / k) * columns; i < columns; i++) sums[to + i]! += data[other * columns + i]!;
  return sums;
}
