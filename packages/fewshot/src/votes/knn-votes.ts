import { type Matrix, nearestTo, type NeighbourOptions, normaliseRows } from '@twoshot/geometry';

export interface VoteOptions extends NeighbourOptions {
  readonly neighbours: number;
  /** One vote per neighbour, or exp(cosine / temperature), however the neighbours were selected. */
  readonly weighting: 'uniform' | 'exp';
  readonly temperature: number;
  readonly classes: number;
  /** [rows] of the labelled rows; 1 by default */
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * Votes of the nearest labelled rows of every query row, divided by their sum (Wu et al. 2018, section 3.4, for the
 * exponential weights).
 *
 * @param support [rows, dim] labelled rows
 * @param labels [rows]
 * @param query [queries, dim]
 * @returns [queries, classes]
 */
export async function knnVotes(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  options: VoteOptions,
): Promise<Matrix<Float64Array>> {
  const { neighbours, weighting, temperature, classes, weights } = options;
  const { k, position, similarity } = await nearestTo(support, query, neighbours, options);
  const cosines =
    weighting === 'exp' && options.metric === 'euclidean' ? cosinesOf(support, query, position, k) : similarity;
  const votes = new Float64Array(query.rows * classes);
  for (let row = 0, at = 0; row < query.rows; row++) {
    // The largest exponent is 0, so that no temperature overflows.
    const largest = cosines.subarray(at, at + k).reduce((maximum, cosine) => Math.max(maximum, cosine), -1);
    let sum = 0;
    for (const end = at + k; at < end; at++) {
      const other = position[at]!;
      const share = weighting === 'uniform' ? 1 : Math.exp((cosines[at]! - largest) / temperature);
      const vote = share * (weights?.[other] ?? 1);
      votes[row * classes + labels[other]!]! += vote;
      sum += vote;
    }
    for (let i = row * classes; i < (row + 1) * classes; i++) votes[i]! /= sum;
  }
  return { rows: query.rows, columns: classes, data: votes };
}

/** [queries, k] cosines of query rows with given rows; 0 for a row of zeros. */
function cosinesOf(support: Matrix, query: Matrix, position: Int32Array, k: number): Float32Array {
  const [units, queryUnits] = [normaliseRows(support), normaliseRows(query)];
  const { columns } = query;
  return Float32Array.from(position, (other, at) => {
    let sum = 0;
    for (let i = 0, a = Math.floor(at / k) * columns, b = other * columns; i < columns; i++, a++, b++)
      sum += queryUnits.data[a]! * units.data[b]!;
    return sum;
  });
}
