import { requireSameLength } from '../same-length.js';
import { requireFiniteList } from './finite-list.js';
import { normalTail } from './special-functions.js';

export interface Wilcoxon {
  /** min(W+, W-) */
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Wilcoxon's signed-rank test of paired values, two-sided. Zero differences are dropped; tied ones get mean ranks.
 *
 * @param method 'exact': all 2^n signs of the ranks; 'normal': without continuity correction, with the variance
 * corrected for ties
 */
export function wilcoxonTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  method: 'exact' | 'normal' = first.length <= 50 ? 'exact' : 'normal',
): Wilcoxon {
  requireSameLength(first, second);
  for (const values of [first, second]) requireFiniteList(values, 'values');
  const differences = Array.from(first, (value, i) => value - second[i]!).filter((difference) => difference !== 0);
  const { ranks, tieTerm } = rankMagnitudes(differences);
  let [plus, total] = [0, 0];
  for (const [i, rank] of ranks.entries()) {
    total += rank;
    if (differences[i]! > 0) plus += rank;
  }
  const statistic = Math.min(plus, total - plus);
  const n = ranks.length;
  if (n === 0) return { statistic: 0, pValue: 1 };
  if (method === 'exact') return { statistic, pValue: Math.min(1, 2 * exactTail(ranks, statistic)) };
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const z = (total / 2 - statistic) / Math.sqrt(variance);
  return { statistic, pValue: Math.min(1, 2 * normalTail(z)) };
}

/** Mean ranks of |difference|, and the sum of t^3 - t over groups of t tied ones. */
function rankMagnitudes(differences: readonly number[]): { ranks: Float64Array; tieTerm: number } {
  const order = differences.map((_, i) => i).sort((a, b) => Math.abs(differences[a]!) - Math.abs(differences[b]!));
  const ranks = new Float64Array(differences.length);
  let tieTerm = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const magnitude = Math.abs(differences[order[start]!]!);
    while (end < order.length && Math.abs(differences[order[end]!]!) === magnitude) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    tieTerm += (end - start) ** 3 - (end - start);
  }
  return { ranks, tieTerm };
}

/** P(W+ <= statistic) where every rank has either sign with probability 1/2. Doubled ranks are integers. */
function exactTail(ranks: Float64Array, statistic: number): number {
  let chances = Float64Array.of(1);
  for (const rank of ranks) {
    const step = 2 * rank;
    const next = new Float64Array(chances.length + step);
    for (let sum = 0; sum < chances.length; sum++) {
      next[sum]! += chances[sum]! / 2;
      next[sum + step]! += chances[sum]! / 2;
    }
    chances = next;
  }
  return chances.subarray(0, 2 * statistic + 1).reduce((sum, chance) => sum + chance, 0);
}
