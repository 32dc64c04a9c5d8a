import { positionsAmong, type Rows, writePredictions } from '@twoshot/artifact';
import { noneThreshold, type PredictedRows } from '@twoshot/fewshot';

/** Writes predictions with the probability of none of the classes, where it is known. */
export async function writeWithNone(
  dir: string,
  {
    rows,
    classNames,
    probabilities,
    none,
  }: PredictedRows & { readonly rows: Rows; readonly classNames: readonly string[] },
): Promise<void> {
  await writePredictions(dir, {
    rows,
    classNames,
    scale: 'probabilities',
    values: probabilities.data,
    ...(none !== null && { none: { probability: none, threshold: noneThreshold } }),
  });
}

/** Predictions of rows; those that are among the reference have the prediction that they have there. */
export function withReference(
  { probabilities, none }: PredictedRows,
  rows: Rows,
  reference: PredictedRows,
  referenceRows: Rows,
): PredictedRows {
  const { columns } = probabilities;
  const data = probabilities.data.slice();
  const ofNone = none?.slice() ?? null;
  for (const [row, position] of positionsAmong(rows, referenceRows).entries()) {
    if (position < 0) continue;
    data.set(reference.probabilities.data.subarray(position * columns, (position + 1) * columns), row * columns);
    if (ofNone !== null && reference.none !== null) ofNone[row] = reference.none[position]!;
  }
  return { probabilities: { ...probabilities, data }, none: ofNone };
}
