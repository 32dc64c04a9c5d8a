import type { AnyMatrix } from './matrix.js';

/** Columns that are worked on together: one look at an edge serves them all. */
const maximumColumns = 16;
/** Panels have a multiple of so many columns. */
const lanes = 4;

/** Some columns of a matrix, [rows, width]; zeros after the last. */
export interface Panel {
  readonly width: number;
  readonly data: Float64Array;
}

/** Calls `work` with each group of columns and puts back its result. */
export async function byPanels(
  matrix: AnyMatrix,
  work: (panel: Panel, index: number, count: number) => Promise<Float64Array>,
): Promise<Float64Array> {
  const { rows, columns, data } = matrix;
  const result = new Float64Array(rows * columns);
  const count = Math.ceil(columns / maximumColumns);
  for (let index = 0; index < count; index++) {
    const first = index * maximumColumns;
    const used = Math.min(maximumColumns, columns - first);
    const width = Math.ceil(used / lanes) * lanes;
    const panel = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < used; i++) panel[row * width + i] = data[row * columns + first + i]!;
    const done = await work({ width, data: panel }, index, count);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < used; i++) result[row * columns + first + i] = done[row * width + i]!;
  }
  return result;
}
