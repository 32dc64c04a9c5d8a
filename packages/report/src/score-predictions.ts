import {
  hardPredictions,
  noneOfThese,
  type ClassificationMetrics,
  type Predictions,
  probabilitiesOf,
} from '@twoshot/artifact';
import {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  expectedCalibrationError,
  macroF1,
  negativeLogLikelihood,
} from '@twoshot/evaluate';
import { scoreRejections } from './score-rejections.js';

/**
 * Scores of selected rows against their true classes. Without rows there are no values and no matrix; the calibration
 * error and the log-likelihood exist only where the predictions are probabilities. Where predictions may answer `none of
 * these`, or rows are of no class of theirs, that is one more class.
 *
 * @param rows [m] rows of the predictions
 * @param truth [m] true class of each; -1 for a class that the predictions lack
 */
export function scorePredictions(
  predictions: Predictions,
  rows: readonly number[],
  truth: readonly number[],
): Pick<ClassificationMetrics, 'values' | 'confusion' | 'classNames'> {
  const own = predictions.classNames;
  if (rows.length === 0) return { values: {}, confusion: null, classNames: own };
  const withNone = predictions.none !== undefined || truth.includes(-1);
  const classNames = withNone ? [...own, noneOfThese] : own;
  const classes = classNames.length;
  const right = truth.map((label) => (label === -1 ? own.length : label));
  const answers = hardPredictions(predictions);
  const answered = rows.map((row) => (answers[row]!.none ? own.length : answers[row]!.label));
  const matrix = confusionMatrix(right, answered, classes);
  const confusion = Array.from({ length: classes }, (_, one) =>
    Array.from(matrix.subarray(one * classes, (one + 1) * classes)),
  );
  const values = {
    accuracy: accuracy(right, answered),
    balancedAccuracy: balancedAccuracy(right, answered, classes),
    macroF1: macroF1(right, answered, classes),
    ...(predictions.none !== undefined && scoreRejections(predictions, rows, truth)),
  };
  if (predictions.scale !== 'probabilities') return { values, confusion, classNames };
  const probabilities = { rows: rows.length, columns: classes, data: jointProbabilities(predictions, rows, classes) };
  return {
    values: {
      ...values,
      calibrationError: expectedCalibrationError(probabilities, right, 15),
      negativeLogLikelihood: negativeLogLikelihood(probabilities, right),
    },
    confusion,
    classNames,
  };
}

/** Probabilities of the rows, [rows, classes], with that of none of the classes last where it is one. */
function jointProbabilities(predictions: Predictions, rows: readonly number[], classes: number): Float32Array {
  const own = predictions.classNames.length;
  const given = probabilitiesOf(predictions);
  const data = new Float32Array(rows.length * classes);
  for (const [at, row] of rows.entries()) {
    const ofNone = predictions.none?.probability[row] ?? 0;
    for (let label = 0; label < own; label++) data[at * classes + label] = (1 - ofNone) * given[row * own + label]!;
    if (classes > own) data[at * classes + own] = ofNone;
  }
  return data;
}
