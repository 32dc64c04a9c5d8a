import type { AnyMatrix, Matrix } from './matrix.js';

/** exp(logits / temperature) with rows divided by their sums; the row maximum is taken off first. */
export function softmaxRows(logits: AnyMatrix, temperature = 1): Matrix<Float64Array> {
  const { rows, columns, data } = logits;
  const shares = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let maximum = Number.NEGATIVE_INFINITY;
    for (let i = base; i < base + columns; i++) maximum = Math.max(maximum, data[i]!);
    let sum = 0;
    for (let i = base; i < base + columns; i++) sum += shares[i] = Math.exp((data[i]! - maximum) / temperature);
    for (let i = base; i < base + columns; i++) shares[i]! /= sum;
  }
  return { rows, columns, data: shares };
}
