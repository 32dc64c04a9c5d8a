import { contingencyOf } from '../contingency.js';

interface PairCounts {
  /** Ordered pairs together in both labellings. */
  readonly both: number;
  /** Together in the first only. */
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

/** Ordered pairs of rows within the same group. */
const pairsWithin = (sizes: Float64Array): number => sizes.reduce((pairs, size) => pairs + size * (size - 1), 0);

function pairCounts(truth: ArrayLike<number>, predicted: ArrayLike<number>): PairCounts {
  const { total, counts, rowSums, columnSums } = contingencyOf(truth, predicted);
  const both = pairsWithin(counts);
  const firstOnly = pairsWithin(rowSums) - both;
  const secondOnly = pairsWithin(columnSums) - both;
  return { both, firstOnly, secondOnly, neither: total * (total - 1) - both - firstOnly - secondOnly };
}

/** Rand index adjusted for chance (Hubert and Arabie 1985): 1 for the same partition, about 0 for independent ones. */
export function adjustedRandIndex(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { both, firstOnly, secondOnly, neither } = pairCounts(truth, predicted);
  if (firstOnly === 0 && secondOnly === 0) return 1;
  const range = (both + firstOnly) * (firstOnly + neither) + (both + secondOnly) * (secondOnly + neither);
  return (2 * (both * neither - firstOnly * secondOnly)) / range;
}

/** Geometric mean of precision and recall over pairs of rows (Fowlkes and Mallows 1983), 0..1; 0 without common pairs. */
export function fowlkesMallowsIndex(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const { both, firstOnly, secondOnly } = pairCounts(truth, predicted);
  return both === 0 ? 0 : Math.sqrt(both / (both + firstOnly)) * Math.sqrt(both / (both + secondOnly));
}
