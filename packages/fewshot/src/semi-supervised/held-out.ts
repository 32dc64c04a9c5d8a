import { type LongWork, type Matrix, selectRows } from '@twoshot/geometry';
import { classWeights, keepLabelled, labelFolds, type LabelledPoints } from './labelled-points.js';
import { listsAmong, neighbourMeans } from './neighbour-means.js';
import { type LabellingProblem, meanProbabilities, ridgeOf, spreadScores } from './spread-and-ridge.js';

/** Labelled rows as the labels of the other folds predict them. */
export interface HeldOut {
  /** [held out] positions among all rows */
  readonly position: Uint32Array;
  /** [held out] */
  readonly label: Int32Array;
  /** [held out, classes] before calibration */
  readonly probabilities: Matrix;
  /** [held out, classes] scores of label spreading, divided by the weights of the labels that they come from */
  readonly spread: Matrix;
}

/** Predicts the labelled rows by cross-validation; no rows where no class has two labels. */
export async function predictHeldOut(
  problem: LabellingProblem,
  labelled: LabelledPoints,
  work: LongWork = {},
): Promise<HeldOut> {
  const { classes } = problem;
  const folds = labelFolds(labelled, classes);
  const count = folds.reduce((most, fold) => Math.max(most, fold + 1), 0);
  const [position, label, probabilities, spread]: number[][] = [[], [], [], []];
  for (let fold = 0; fold < count; fold++) {
    const others = keepLabelled(labelled, (at) => folds[at] !== fold);
    const own = keepLabelled(labelled, (at) => folds[at] === fold);
    const { lists, among } = listsAmong(problem.lists, own.position);
    const near = selectRows(await spreadScores(problem, others, { signal: work.signal }), among);
    const points = selectRows(problem.points, among);
    const all = await meanProbabilities(ridgeOf(problem, others), points, near, { signal: work.signal });
    const found = neighbourMeans(lists, { own: firstRows(all, own.position.length), others: all }, problem.power);
    const scores = firstRows(near, own.position.length);
    const weights = classWeights(others, classes);
    for (const value of own.position) position!.push(value);
    for (const value of own.label) label!.push(value);
    for (const value of found.data) probabilities!.push(value);
    for (const [i, value] of scores.data.entries()) spread!.push(value / weights[i % classes]!);
    work.progress?.(fold + 1, count);
  }
  const matrix = (data: readonly number[]): Matrix => ({
    rows: position!.length,
    columns: classes,
    data: Float32Array.from(data),
  });
  return {
    position: Uint32Array.from(position!),
    label: Int32Array.from(label!),
    probabilities: matrix(probabilities!),
    spread: matrix(spread!),
  };
}

const firstRows = ({ columns, data }: Matrix, rows: number): Matrix => ({
  rows,
  columns,
  data: data.subarray(0, rows * columns),
});
