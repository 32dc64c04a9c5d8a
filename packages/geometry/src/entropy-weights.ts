import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';
import { normaliseRowSums } from './row-norm.js';

export interface EntropyWeights {
  /** [rows, classes] */
  readonly probabilities: Matrix<Float64Array>;
  /** [rows] 0 (uniform) .. 1 (one class) */
  readonly weights: Float64Array;
}

/**
 * How sure each row of scores is: 1 - H(row) / ln(classes), after negative scores became 0 and rows were divided by
 * their sum. A row of zeros is uniform and weighs 0 (Iscen et al. 2019, section 3.2).
 */
export function entropyWeights(scores: AnyMatrix): EntropyWeights {
  requireFinite(scores, 'scores');
  const { rows, columns } = scores;
  const probabilities = normaliseRowSums({ rows, columns, data: scores.data.map((value) => Math.max(value, 0)) });
  const weights = new Float64Array(rows);
  const maximum = Math.log(columns);
  for (let row = 0; row < rows; row++) {
    let entropy = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const p = probabilities.data[i]!;
      if (p > 0) entropy -= p * Math.log(p);
    }
    weights[row] = maximum > 0 ? Math.max(0, 1 - entropy / maximum) : 1;
  }
  return { probabilities, weights };
}
