import { hardPredictions, type Predictions } from '@twoshot/artifact';

/**
 * How well the answer `none of these` finds rows of classes that the predictions lack, beside the same number of rows with
 * the lowest probability of a class. Without a rejected row there is no precision, without a row of another class no
 * recall.
 *
 * @param rows [m] rows of the predictions
 * @param truth [m] true class of each; -1 for a class that the predictions lack
 */
export function scoreRejections(
  predictions: Predictions,
  rows: readonly number[],
  truth: readonly number[],
): Readonly<Record<string, number>> {
  const answers = hardPredictions(predictions);
  const isUnknown = truth.map((label) => label === -1);
  const rejected = rows.map((row) => answers[row]!.none);
  const count = rejected.filter(Boolean).length;
  const certain = hardPredictions({ ...predictions, none: undefined });
  const order = Array.from(rows.keys()).sort(
    (a, b) => certain[rows[a]!]!.confidence - certain[rows[b]!]!.confidence || a - b,
  );
  const doubtful = new Set(order.slice(0, count));
  const unknown = isUnknown.filter(Boolean).length;
  const found = isUnknown.filter((is, at) => is && rejected[at]).length;
  const foundByDoubt = isUnknown.filter((is, at) => is && doubtful.has(at)).length;
  return {
    rejected: count,
    ...(unknown < rows.length && { falseRejections: (count - found) / (rows.length - unknown) }),
    ...(unknown > 0 && { rejectionRecall: found / unknown, recallByConfidence: foundByDoubt / unknown }),
    ...(unknown > 0 && count > 0 && { rejectionPrecision: found / count, precisionByConfidence: foundByDoubt / count }),
  };
}
