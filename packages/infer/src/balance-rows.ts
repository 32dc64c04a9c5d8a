const marginalTolerance = 1e-6;
const mostSweeps = 1000;

export interface BalancedRows {
  /** [rows, classes] rows about 1, columns exactly the marginals */
  readonly plan: Float64Array;
  /**
   * [classes] what the sweeps added to the logits of each class: softmax(logits + classLogits) is the row of the plan,
   * and the answer of a row that had no part in it.
   */
  readonly classLogits: Float64Array;
}

/**
 * Sinkhorn sweeps on exp(logits): rows to 1, columns to their marginals, until no row sum moves any more.
 *
 * @param logits [rows, classes]
 */
export function balanceRows(
  logits: Float64Array,
  rows: number,
  classes: number,
  columnMarginals: ArrayLike<number>,
): BalancedRows {
  const plan = rowExponentials(logits, rows, classes);
  const classLogits = new Float64Array(classes);
  let previous = new Float64Array(rows);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const sums = new Float64Array(rows);
    for (let row = 0, i = 0; row < rows; row++) for (const end = i + classes; i < end; i++) sums[row]! += plan[i]!;
    if (sums.every((sum, row) => Math.abs(previous[row]! - sum) <= marginalTolerance)) break;
    const scale = scaleRowsAndColumns(plan, sums, classes, columnMarginals);
    for (let label = 0; label < classes; label++) classLogits[label]! += Math.log(scale[label]!);
    // The first sums are of rows that were never scaled: they say nothing about convergence.
    previous = sweep === 0 ? new Float64Array(rows) : sums;
  }
  return { plan, classLogits };
}

/** Returns the factors of the columns. */
function scaleRowsAndColumns(
  plan: Float64Array,
  rowSums: Float64Array,
  classes: number,
  columnMarginals: ArrayLike<number>,
): Float64Array {
  const columnSums = new Float64Array(classes);
  for (let row = 0, i = 0; row < rowSums.length; row++)
    for (let label = 0; label < classes; label++, i++) columnSums[label]! += plan[i]! /= rowSums[row]!;
  const scale = columnSums.map((sum, label) => (sum > 0 ? columnMarginals[label]! / sum : 0));
  for (let i = 0; i < plan.length;) for (let label = 0; label < classes; label++, i++) plan[i]! *= scale[label]!;
  return scale;
}

/** exp(logits) with the maximum of every row taken off first, so that no lambda underflows a whole row. */
function rowExponentials(logits: Float64Array, rows: number, classes: number): Float64Array {
  const plan = new Float64Array(logits.length);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = row * classes; i < end; i++) largest = Math.max(largest, logits[i]!);
    for (let i = row * classes; i < end; i++) plan[i] = Math.exp(logits[i]! - largest);
  }
  return plan;
}
