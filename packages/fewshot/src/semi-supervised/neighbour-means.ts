import type { Matrix, NeighbourLists } from '@twoshot/geometry';

/** Rows whose values are averaged, and those of their neighbours. */
export interface Averaged {
  /** [queries, columns] their own values, which count like a neighbour of cosine 1; null where they have none. */
  readonly own: Matrix | null;
  /** [rows, columns] values that the lists point to */
  readonly others: Matrix;
}

/**
 * Means of values over the neighbours of each row, weighted by max(cosine, 0)^power, [queries, columns]; zeros without any.
 *
 * @param lists [queries, k] positions among `others`
 */
export function neighbourMeans(
  { k, position, similarity }: NeighbourLists,
  { own, others }: Averaged,
  power: number,
): Matrix {
  const { columns } = others;
  const rows = own?.rows ?? (k === 0 ? 0 : position.length / k);
  const data = own?.data.slice() ?? new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let sum = own === null ? 0 : 1;
    for (let at = row * k; at < (row + 1) * k; at++) {
      if (position[at]! < 0) continue;
      const weight = Math.max(similarity[at]!, 0) ** power;
      sum += weight;
      for (let i = 0; i < columns; i++) data[row * columns + i]! += weight * others.data[position[at]! * columns + i]!;
    }
    if (sum > 0) for (let i = row * columns; i < (row + 1) * columns; i++) data[i]! /= sum;
  }
  return { rows, columns, data };
}

/** The lists of some rows, with the rows that they and these point to: `among` holds all of them once. */
export function listsAmong(
  { k, position, similarity }: NeighbourLists,
  rows: Uint32Array,
): { readonly lists: NeighbourLists; readonly among: Uint32Array } {
  const placeOf = new Map<number, number>();
  const place = (row: number): number => {
    const known = placeOf.get(row) ?? placeOf.size;
    placeOf.set(row, known);
    return known;
  };
  for (const row of rows) place(row);
  const near = new Int32Array(rows.length * k);
  const cosines = new Float32Array(rows.length * k);
  for (const [at, row] of rows.entries())
    for (let i = 0; i < k; i++) {
      const other = position[row * k + i]!;
      near[at * k + i] = other < 0 ? -1 : place(other);
      cosines[at * k + i] = similarity[row * k + i]!;
    }
  return { lists: { k, position: near, similarity: cosines }, among: Uint32Array.from(placeOf.keys()) };
}
