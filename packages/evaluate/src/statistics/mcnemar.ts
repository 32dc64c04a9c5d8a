import { requireSameLength } from '../same-length.js';
import { logGamma } from './special-functions.js';

export interface McNemar {
  /** Rows that only the first method predicted correctly. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly pValue: number;
}

/**
 * McNemar's exact test of two methods on the same rows: a two-sided binomial test on the rows that exactly one of them
 * predicted correctly; p = 1 where there are none.
 *
 * @param correctA [rows] truthy where the first method was correct
 */
export function mcnemarTest(correctA: ArrayLike<number>, correctB: ArrayLike<number>): McNemar {
  requireSameLength(correctA, correctB);
  let [onlyA, onlyB] = [0, 0];
  for (let row = 0; row < correctA.length; row++) {
    if (correctA[row] !== 0 && correctB[row] === 0) onlyA++;
    if (correctA[row] === 0 && correctB[row] !== 0) onlyB++;
  }
  const n = onlyA + onlyB;
  let tail = 0;
  for (let count = 0; count <= Math.min(onlyA, onlyB); count++)
    tail += Math.exp(logGamma(n + 1) - logGamma(count + 1) - logGamma(n - count + 1) - n * Math.LN2);
  return { onlyA, onlyB, pValue: Math.min(1, 2 * tail) };
}
