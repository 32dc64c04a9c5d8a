import {
  type LongWork,
  type Matrix,
  type NeighbourLists,
  selectRows,
  type SparseGraph,
  solveLabels,
} from '@twoshot/geometry';
import type { LabelledPoints } from './labelled-points.js';
import { fitRidge, predictRidge, type RidgeClassifier } from './ridge-classifier.js';

/** Rows, some of them labelled, and how their classes are found. */
export interface LabellingProblem {
  /** [rows, dim] of unit length */
  readonly points: Matrix;
  /** Neighbours of each row. */
  readonly lists: NeighbourLists;
  /** The graph of these lists, normalised. */
  readonly graph: SparseGraph;
  /** Edge weights are max(cosine, 0) to this power. */
  readonly power: number;
  readonly classes: number;
  /** Fraction of a score that comes from the neighbours. */
  readonly alpha: number;
}

/** Of the norm of the labels: below what the float32 of the features leaves of the weights of the edges. */
const tolerance = 1e-6;

/** Scores of label spreading (Zhou et al. 2004), at least 0, [rows, classes]. */
export async function spreadScores(
  { points, graph, classes, alpha }: LabellingProblem,
  labelled: LabelledPoints,
  work: LongWork = {},
): Promise<Matrix> {
  const source = new Float64Array(points.rows * classes);
  for (const [at, position] of labelled.position.entries())
    source[position * classes + labelled.label[at]!]! += labelled.weight[at]!;
  const { data } = await solveLabels(
    graph,
    { rows: points.rows, columns: classes, data: source },
    { ...work, alpha, tolerance },
  );
  const scores = new Float32Array(data.length);
  for (let i = 0; i < scores.length; i++) scores[i] = Math.max(data[i]!, 0);
  return { rows: points.rows, columns: classes, data: scores };
}

/** The linear classifier on the labelled rows alone. */
export const ridgeOf = ({ points, classes }: LabellingProblem, labelled: LabelledPoints): RidgeClassifier =>
  fitRidge(selectRows(points, labelled.position), labelled, classes);

const blockRows = 4096;

/**
 * The mean of the probabilities of label spreading and of the linear classifier, [rows, classes]: the graph follows the
 * shape of the classes, and the classifier does not follow the errors of the graph. A row without scores is left to the
 * classifier.
 *
 * @param points [rows, dim]
 * @param spread [rows, classes] scores of the same rows
 */
export async function meanProbabilities(
  ridge: RidgeClassifier,
  points: Matrix,
  spread: Matrix,
  work: LongWork = {},
): Promise<Matrix> {
  const { rows, columns: classes } = spread;
  const data = new Float32Array(rows * classes);
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    const own = points.data.subarray(start * points.columns, end * points.columns);
    const block = await predictRidge(ridge, { rows: end - start, columns: points.columns, data: own }, work);
    for (let row = start; row < end; row++) {
      let sum = 0;
      for (let i = row * classes; i < (row + 1) * classes; i++) sum += spread.data[i]!;
      for (let i = row * classes; i < (row + 1) * classes; i++) {
        const linear = block.data[i - start * classes]!;
        data[i] = sum > 0 ? (spread.data[i]! / sum + linear) / 2 : linear;
      }
    }
  }
  return { rows, columns: classes, data };
}
