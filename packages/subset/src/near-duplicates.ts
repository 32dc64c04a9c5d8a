import { betweenBlocks, type LongWork, type Matrix, nearestNeighbours, normaliseRows } from '@twoshot/geometry';

/** Neighbours of a row that are listed; a row that has more duplicates is compared one by one. */
const listed = 8;
const blockRows = 1024;

/**
 * Of every row the one that stands for it: itself where it stays, else an earlier row that stays and whose cosine to it
 * is above a threshold. Rows that stay are no duplicates of each other, but for pairs within the rounding of the
 * engine's products of the threshold. A zero row is like no other. Memory grows with the rows, not with their pairs.
 *
 * @param points [rows, dim], finite
 * @returns [rows] positions
 */
export async function standsFor(
  points: Matrix,
  threshold: number,
  { neighbours = listed, ...work }: LongWork & { readonly neighbours?: number } = {},
): Promise<Int32Array> {
  const { rows } = points;
  const { k, position, similarity } = await nearestNeighbours(points, neighbours, work);
  const unit = normaliseRows(points);
  const first = Int32Array.from({ length: rows }, (_, row) => row);
  /** Rows that stay and whose lists may lack some of their duplicates. */
  const crowded: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row % blockRows === 0) await betweenBlocks({ signal: work.signal }, row, rows);
    const others: number[] = [];
    for (let at = row * k; at < (row + 1) * k && similarity[at]! > threshold; at++) others.push(position[at]!);
    const isCrowded = k > 0 && others.length === k;
    const stays = (other: number): boolean => other < row && first[other] === other;
    if (first[row] === row)
      first[row] =
        others.find(stays) ??
        (isCrowded ? crowded.find((other) => cosine(unit, row, other) > threshold) : undefined) ??
        row;
    if (first[row] !== row) continue;
    // A later row may not list this one where it has many duplicates.
    for (const other of others) if (other > row && first[other] === other) first[other] = row;
    if (isCrowded) crowded.push(row);
  }
  return first;
}

/** Rounded as the similarities of the lists are. */
function cosine({ columns, data }: Matrix, a: number, b: number): number {
  let sum = 0;
  for (let i = 0, p = a * columns, q = b * columns; i < columns; i++, p++, q++) sum += data[p]! * data[q]!;
  return Math.fround(sum);
}
