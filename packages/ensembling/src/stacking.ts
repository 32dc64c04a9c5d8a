import { fitLogistic, type Matrix, predictLogistic } from '@twoshot/geometry';
import { type ModelStack, requireStack } from './model-stack.js';

/** The models' probabilities of every row side by side, [rows, models * classes]. */
function sideBySide(stack: ModelStack): Matrix<Float64Array> {
  requireStack(stack);
  const { models, rows, classes, data } = stack;
  const columns = models * classes;
  const features = new Float64Array(rows * columns);
  for (let model = 0; model < models; model++)
    for (let row = 0; row < rows; row++) {
      const from = (model * rows + row) * classes;
      features.set(data.subarray(from, from + classes), row * columns + model * classes);
    }
  return { rows, columns, data: features };
}

/**
 * Stacking (Wolpert 1992): a multinomial logistic regression on the models' probabilities.
 *
 * @param fitted probabilities of the rows that it is fitted on
 * @param labels [rows] of these
 * @param applied probabilities by the same models for other rows
 * @returns [applied rows, classes]
 */
export function stackModels(
  fitted: ModelStack,
  labels: ArrayLike<number>,
  applied: ModelStack,
  options: { readonly classes: number; readonly C: number },
): Matrix<Float64Array> {
  if (applied.models !== fitted.models)
    throw new RangeError(`expected predictions of ${fitted.models} models, got ${applied.models}`);
  return predictLogistic(fitLogistic(sideBySide(fitted), labels, options), sideBySide(applied));
}
