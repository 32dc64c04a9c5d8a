import { munkres } from 'munkres';
import { type AnyMatrix, requireFinite } from './matrix.js';

export interface Assignment {
  /** [rows] column of every row, -1 for a row that is left over */
  readonly columnOf: Int32Array;
  /** Sum of the costs of the pairs. */
  readonly totalCost: number;
}

/**
 * Pairs rows with columns one to one so that the sum of costs is smallest (Hungarian method); min(rows, columns) pairs
 * are always made.
 *
 * @param cost [rows, columns], finite
 * @param options.maximise take the largest sum instead
 */
export function assignRows(cost: AnyMatrix, options: { readonly maximise?: boolean } = {}): Assignment {
  requireFinite(cost, 'costs');
  const sign = options.maximise === true ? -1 : 1;
  const lines = Array.from({ length: cost.rows }, (_, row) =>
    Float64Array.from(cost.data.subarray(row * cost.columns, (row + 1) * cost.columns), (value) => sign * value),
  );
  const columnOf = new Int32Array(cost.rows).fill(-1);
  let totalCost = 0;
  if (cost.data.length > 0)
    for (const [row, column] of munkres(lines)) {
      columnOf[row] = column;
      totalCost += cost.data[row * cost.columns + column]!;
    }
  return { columnOf, totalCost };
}
