import type { Matrix } from '@twoshot/geometry';
import { balanceRows } from '../transport/balance-rows.js';

export interface ClassShares {
  /** [classes] of sum 1 */
  readonly shares: Float64Array;
  /** [classes] what the logarithms of the probabilities get in addition */
  readonly logits: Float64Array;
}

/** Rows that every class has in addition, so that none disappears. */
const pseudoRows = 10;
/**
 * How far estimated shares count, from 0 (classes of one size) to 1 (one round of Saerens et al. 2002): they come from few
 * labels.
 */
const trust = 0.5;

/**
 * The class shares of rows as the mean of their probabilities, and what they change of these.
 *
 * @param probabilities [rows, classes] before any knowledge of shares
 */
export function estimateShares({ rows, columns, data }: Matrix): ClassShares {
  const sums = new Float64Array(columns).fill(pseudoRows);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += data[i]!;
  const shares = sums.map((sum) => sum / (rows + pseudoRows * columns));
  return { shares, logits: shares.map((share) => trust * Math.log(share * columns)) };
}

/** Given shares, which the predictions of all rows together then have: rows and columns are scaled in turn. */
export function imposeShares({ rows, columns, data }: Matrix, given: readonly number[]): ClassShares {
  const shares = Float64Array.from(given);
  const logs = Float64Array.from(data, (value) => Math.log(Math.max(value, 1e-30)));
  const { classLogits } = balanceRows(
    logs,
    rows,
    columns,
    shares.map((share) => share * rows),
  );
  return { shares, logits: classLogits };
}
