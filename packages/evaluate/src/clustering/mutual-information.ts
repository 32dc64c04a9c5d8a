import { type Contingency, contingencyOf, isSamePartition } from '../contingency.js';

/** Entropy of the class proportions, in nats. */
function entropyOf(sums: Float64Array, total: number): number {
  let entropy = 0;
  for (const sum of sums) if (sum > 0) entropy -= (sum / total) * Math.log(sum / total);
  return entropy;
}

function mutualInformation({ total, columns, counts, rowSums, columnSums }: Contingency): number {
  let information = 0;
  for (let row = 0, i = 0; row < rowSums.length; row++)
    for (let column = 0; column < columns; column++, i++) {
      const count = counts[i]!;
      if (count > 0) information += (count / total) * Math.log((count * total) / (rowSums[row]! * columnSums[column]!));
    }
  return information;
}

/**
 * Normalised mutual information 2 I(U; V) / (H(U) + H(V)), 0..1; 1 where both are a single cluster, 0 where one is.
 */
export function normalisedMutualInformation(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const table = contingencyOf(truth, predicted);
  if (isSamePartition(table)) return 1;
  if (table.rows === 1 || table.columns === 1) return 0;
  const mean = (entropyOf(table.rowSums, table.total) + entropyOf(table.columnSums, table.total)) / 2;
  return Math.max(0, mutualInformation(table) / mean);
}

/**
 * Mutual information adjusted for chance under the hypergeometric model (Vinh, Epps and Bailey 2010), with the mean of
 * both entropies as its maximum: at most 1, about 0 for independent labellings.
 */
export function adjustedMutualInformation(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const table = contingencyOf(truth, predicted);
  if (isSamePartition(table)) return 1;
  if (table.rows === 1 || table.columns === 1) return 0;
  const mean = (entropyOf(table.rowSums, table.total) + entropyOf(table.columnSums, table.total)) / 2;
  const expected = expectedInformation(table);
  const range = mean - expected;
  return (mutualInformation(table) - expected) / (range < 0 ? Math.min(range, -1e-12) : Math.max(range, 1e-12));
}

function expectedInformation({ total, rowSums, columnSums }: Contingency): number {
  const logFactorial = new Float64Array(total + 1);
  for (let i = 2; i <= total; i++) logFactorial[i] = logFactorial[i - 1]! + Math.log(i);
  const f = (n: number): number => logFactorial[n]!;
  let expected = 0;
  for (const a of rowSums)
    for (const b of columnSums) {
      const fixed = f(a) + f(b) + f(total - a) + f(total - b) - f(total);
      for (let count = Math.max(1, a + b - total); count <= Math.min(a, b); count++) {
        const probability = Math.exp(fixed - f(count) - f(a - count) - f(b - count) - f(total - a - b + count));
        expected += (count / total) * Math.log((total * count) / (a * b)) * probability;
      }
    }
  return expected;
}
