import { type LongWork, type Matrix, multiplyRows, softmaxRows, solvePositiveDefinite } from '@twoshot/geometry';
import type { LabelledPoints } from './labelled-points.js';

/** Penalty of the squared coefficients, for rows of unit length. */
const penalty = 1;
/** Probability of a class whose score is 1 where all others have 0, as the labelled rows are fitted to. */
const certainty = 0.97;

export interface RidgeClassifier {
  /** [dim, classes] */
  readonly coefficients: Matrix;
  /** [classes] */
  readonly intercepts: Float32Array;
}

/**
 * Regularised least squares on one-hot labels (Rifkin, Yeo and Poggio 2003): one system of equations as wide as the
 * features, however many classes and labels there are.
 *
 * @param points [labelled, dim] of about unit length
 */
export function fitRidge(
  { rows, columns: dim, data }: Matrix,
  { label, weight }: Pick<LabelledPoints, 'label' | 'weight'>,
  classes: number,
): RidgeClassifier {
  const n = dim + 1;
  const moment = new Float64Array(n * n);
  const right = new Float64Array(n * classes);
  for (let row = 0; row < rows; row++) {
    const value = (i: number): number => (i < dim ? data[row * dim + i]! : 1);
    for (let i = 0; i < n; i++) {
      const own = weight[row]! * value(i);
      right[i * classes + label[row]!]! += own;
      for (let j = 0; j <= i; j++) moment[i * n + j]! += own * value(j);
    }
  }
  for (let i = 0; i < n; i++) moment[i * n + i]! += penalty;
  solvePositiveDefinite(moment, right, n);
  const solution = Float32Array.from(right);
  return {
    coefficients: { rows: dim, columns: classes, data: solution.slice(0, dim * classes) },
    intercepts: solution.slice(dim * classes),
  };
}

/**
 * Class probabilities, [rows, classes]: the softmax of the scores, scaled so that a score of 1 against 0 is a probability
 * of 97 %.
 *
 * @param points [rows, dim]
 */
export async function predictRidge(
  { coefficients, intercepts }: RidgeClassifier,
  points: Matrix,
  work: LongWork = {},
): Promise<Matrix<Float64Array>> {
  const classes = intercepts.length;
  const scores = await multiplyRows(points, coefficients, work);
  const scale = Math.log((certainty / (1 - certainty)) * Math.max(1, classes - 1));
  return softmaxRows({ ...scores, data: scores.data.map((score, i) => scale * (score + intercepts[i % classes]!)) });
}
