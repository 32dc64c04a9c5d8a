import type { AnyMatrix } from './matrix.js';

/** Column of the largest value of every row, [rows]; on a tie the lower column. */
export function argMaxRows(scores: AnyMatrix): Int32Array {
  const { rows, columns, data } = scores;
  const best = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let column = 0;
    for (let i = 1; i < columns; i++) if (data[base + i]! > data[base + column]!) column = i;
    best[row] = column;
  }
  return best;
}
