import { type Matrix, type NeighbourLists, normaliseRowSums } from '@twoshot/geometry';

export interface BalancedScores {
  /** [rows, classes] rows sum to 1; uniform where nothing came */
  readonly shares: Matrix<Float64Array>;
  /** Rows where nothing came. */
  readonly unreached: number;
}

/**
 * Scores of label spreading as shares of the classes. `columns` first gives every class the same sum over all rows: a
 * class whose labelled rows lie in a dense place does not flood the others.
 */
export function balanceScores(scores: Matrix<Float64Array>, balance: 'none' | 'columns'): BalancedScores {
  const { rows, columns } = scores;
  let { data } = scores;
  let unreached = 0;
  for (let row = 0; row < rows; row++) {
    let isReached = false;
    for (let i = row * columns; i < (row + 1) * columns; i++) isReached ||= data[i]! > 0;
    if (!isReached) unreached++;
  }
  if (balance === 'columns') {
    const sums = new Float64Array(columns);
    for (let i = 0; i < data.length; i++) sums[i % columns]! += data[i]!;
    data = data.map((value, i) => (sums[i % columns]! > 0 ? value / sums[i % columns]! : 0));
  }
  return { shares: normaliseRowSums({ rows, columns, data }), unreached };
}

/**
 * Answers of rows outside the graph: the mean of their neighbours' shares, weighted by max(cosine, 0)^power; uniform
 * without such a neighbour. No row's answer depends on another row of `links`.
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
