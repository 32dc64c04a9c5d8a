import { requireFiniteList } from './finite-list.js';

/**
 * P-values of several tests, adjusted by Holm's step-down method (Holm 1979): the chance that any of those below a level
 * is a false alarm is at most that level.
 *
 * @returns [count] in the order of the values, at most 1
 */
export function holmAdjusted(pValues: ArrayLike<number>): number[] {
  requireFiniteList(pValues, 'p-values');
  const order = Array.from(pValues, (_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = Array.from(pValues, () => 1);
  let highest = 0;
  for (const [rank, i] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (order.length - rank) * pValues[i]!));
    adjusted[i] = highest;
  }
  return adjusted;
}
