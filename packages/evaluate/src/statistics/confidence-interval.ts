import { requireFiniteList } from './finite-list.js';
import { normalTail, studentTail, upperQuantile } from './special-functions.js';

export interface MeanInterval {
  readonly mean: number;
  /** The interval is mean +- halfWidth. */
  readonly halfWidth: number;
}

/**
 * Confidence interval of a mean: quantile x standard deviation (divisor n - 1) / sqrt(n), with the quantile of the
 * normal distribution or of Student's t with n - 1 degrees of freedom.
 *
 * @param values at least two
 * @param level of confidence, such as 0.95
 */
export function meanConfidenceInterval(
  values: ArrayLike<number>,
  level = 0.95,
  distribution: 'normal' | 't' = 't',
): MeanInterval {
  const n = values.length;
  if (n < 2) throw new RangeError(`expected at least two values for an interval, got ${n}`);
  requireFiniteList(values, 'values');
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  const tail = distribution === 't' ? (value: number) => studentTail(value, n - 1) : normalTail;
  const quantile = upperQuantile(tail, (1 - level) / 2);
  return { mean, halfWidth: (quantile * Math.sqrt(squares / (n - 1))) / Math.sqrt(n) };
}

export interface Estimate {
  readonly mean: number;
  /** Confidence interval of the mean; null for a single value. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Mean of independent values with its interval by Student's t; none for a single value. */
export function estimateMean(values: ArrayLike<number>, level = 0.95): Estimate {
  if (values.length === 1) {
    requireFiniteList(values, 'values');
    return { mean: values[0]!, interval: null };
  }
  const { mean, halfWidth } = meanConfidenceInterval(values, level);
  return { mean, interval: [mean - halfWidth, mean + halfWidth] };
}
