import { type Matrix, type NeighbourLists, normaliseRowSums } from '@twoshot/geometry';
import { evenClasses } from './even-classes.js';

/** How scores of the classes are made comparable, see the param `balance` of the stage. */
export type Balance = 'none' | 'columns' | 'even';

/** Rows that no label reached. */
export function countUnreached({ rows, columns, data }: Matrix<Float64Array>): number {
  let unreached = 0;
  for (let row = 0; row < rows; row++)
    if (data.subarray(row * columns, (row + 1) * columns).every((value) => value <= 0)) unreached++;
  return unreached;
}

/**
 * Scores of label propagation as class probabilities, [rows, classes]; uniform where no label arrived. `columns` first
 * gives every class the same sum of scores: a class whose labelled rows are in a dense region does not dominate the
 * others. `even` gives every class the same sum of probabilities.
 */
export function balanceScores(scores: Matrix<Float64Array>, balance: Balance, sharpness: number): Matrix<Float64Array> {
  if (balance === 'even') return evenClasses(scores, { sharpness });
  const { rows, columns, data } = scores;
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += Math.max(data[i]!, 0);
  const balanced = data.map((value, i) => {
    const sum = balance === 'columns' ? sums[i % columns]! : 1;
    return sum > 0 ? Math.max(value, 0) / sum : 0;
  });
  return normaliseRowSums({ rows, columns, data: balanced });
}

/**
 * Predictions for rows outside the graph: the mean of their neighbours' probabilities, weighted by max(cosine,
 * 0)^power; uniform without such a neighbour. Rows of `links` are independent of each other.
 *
 * @param links [rows, k] positions among the rows of `shares`
 */
export function carryOver(
  links: NeighbourLists,
  shares: Matrix<Float64Array>,
  { power, neighbours }: { readonly power: number; readonly neighbours: number },
): Matrix<Float64Array> {
  const { k, position, similarity } = links;
  const { columns } = shares;
  const rows = k === 0 ? 0 : position.length / k;
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let at = row * k; at < row * k + Math.min(k, neighbours); at++) {
      if (position[at]! < 0) continue;
      const weight = Math.max(similarity[at]!, 0) ** power;
      for (let i = 0; i < columns; i++) data[row * columns + i]! += weight * shares.data[position[at]! * columns + i]!;
    }
  return normaliseRowSums({ rows, columns, data });
}
