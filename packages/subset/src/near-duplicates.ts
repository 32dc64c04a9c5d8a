import { betweenBlocks, type LongWork, type Matrix, nearestNeighbours, normaliseRows } from '@twoshot/geometry';

/** Neighbours listed per row; a row with more duplicates is compared one by one. */
const listed = 8;
const blockRows = 1024;

/**
 * For each row its representative: itself if it is kept, else an earlier kept row whose cosine to it is above a
 * threshold. Kept rows are not duplicates of each other, except for pairs within the rounding of the engine's products
 * at the threshold. A zero row has no duplicates. Memory grows with the rows, not with their pairs.
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
  /** Kept rows whose lists may lack some of their duplicates. */
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
    // A later row with many duplicates may not list this one.
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
