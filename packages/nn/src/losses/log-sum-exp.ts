/** log(1 + e^x) without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** 1 / (1 + e^-x), the derivative of `softplus`. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : 1 - 1 / (1 + Math.exp(x)));

/**
 * log of the sum of e^x over `values[start, end)`; -Infinity where nothing in it is finite.
 *
 * @param weights takes the softmax of the range, which is the derivative; may be `values` itself
 */
export function logSumExp(values: Float64Array, start: number, end: number, weights?: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = start; at < end; at++) if (values[at]! > largest) largest = values[at]!;
  if (largest === Number.NEGATIVE_INFINITY) {
    weights?.fill(0, start, end);
    return largest;
  }
  let sum = 0;
  for (let at = start; at < end; at++) {
    const term = Math.exp(values[at]! - largest);
    if (weights !== undefined) weights[at] = term;
    sum += term;
  }
  if (weights !== undefined) for (let at = start; at < end; at++) weights[at]! /= sum;
  return largest + Math.log(sum);
}
