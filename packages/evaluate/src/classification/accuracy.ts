import { type AnyMatrix, requireFinite } from '@twoshot/geometry';
import { confusionMatrix } from '../contingency.js';
import { requireSameLength } from '../same-length.js';

/** Fraction of rows whose prediction is correct. */
export function accuracy(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  requireSameLength(truth, predicted);
  let right = 0;
  for (let row = 0; row < truth.length; row++) if (truth[row] === predicted[row]) right++;
  return right / truth.length;
}

/** Correct, true and predicted rows of every class. */
function classCounts(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): [number, number, number][] {
  const matrix = confusionMatrix(truth, predicted, classes);
  return Array.from({ length: classes }, (_, one) => {
    let [true_, predicted_] = [0, 0];
    for (let other = 0; other < classes; other++) {
      true_ += matrix[one * classes + other]!;
      predicted_ += matrix[other * classes + one]!;
    }
    return [matrix[one * classes + one]!, true_, predicted_];
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean recall over the classes that occur. */
export function balancedAccuracy(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number {
  const present = classCounts(truth, predicted, classes).filter(([, actual]) => actual > 0);
  return mean(present.map(([right, actual]) => right / actual));
}

/** Mean F1 over the classes that occur in truth or predictions; a class without correct rows counts 0. */
export function macroF1(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number {
  const present = classCounts(truth, predicted, classes).filter(([, actual, guessed]) => actual + guessed > 0);
  return mean(present.map(([right, actual, guessed]) => (2 * right) / (actual + guessed)));
}

/**
 * Fraction of rows for which fewer than k classes score strictly higher than the true one.
 *
 * @param scores [rows, classes]
 */
export function topKAccuracy(scores: AnyMatrix, labels: ArrayLike<number>, k: number): number {
  requireFinite(scores, 'scores');
  const { rows, columns, data } = scores;
  if (labels.length !== rows) throw new RangeError(`expected ${rows} labels, got ${labels.length}`);
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const own = data[row * columns + labels[row]!]!;
    let higher = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) if (data[i]! > own) higher++;
    if (higher < k) right++;
  }
  return right / rows;
}
