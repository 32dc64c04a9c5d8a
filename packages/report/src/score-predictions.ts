import { hardPredictions, type ClassificationMetrics, type Predictions } from '@twoshot/artifact';
import {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  expectedCalibrationError,
  macroF1,
  negativeLogLikelihood,
} from '@twoshot/evaluate';

/**
 * Scores of selected rows against their true classes. Without rows there are no values and no matrix; the calibration
 * error and the log-likelihood exist only where the predictions are probabilities.
 *
 * @param rows [m] rows of the predictions
 * @param truth [m] true class of each
 */
export function scorePredictions(
  predictions: Predictions,
  rows: readonly number[],
  truth: readonly number[],
): Pick<ClassificationMetrics, 'values' | 'confusion'> {
  if (rows.length === 0) return { values: {}, confusion: null };
  const classes = predictions.classNames.length;
  const answers = hardPredictions(predictions);
  const answered = rows.map((row) => answers[row]!.label);
  const matrix = confusionMatrix(truth, answered, classes);
  const confusion = Array.from({ length: classes }, (_, one) =>
    Array.from(matrix.subarray(one * classes, (one + 1) * classes)),
  );
  const values = {
    accuracy: accuracy(truth, answered),
    balancedAccuracy: balancedAccuracy(truth, answered, classes),
    macroF1: macroF1(truth, answered, classes),
  };
  if (predictions.scale !== 'probabilities') return { values, confusion };
  const data = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => data.set(predictions.values.subarray(row * classes, (row + 1) * classes), i * classes));
  const probabilities = { rows: rows.length, columns: classes, data };
  return {
    values: {
      ...values,
      calibrationError: expectedCalibrationError(probabilities, truth, 15),
      negativeLogLikelihood: negativeLogLikelihood(probabilities, truth),
    },
    confusion,
  };
}
