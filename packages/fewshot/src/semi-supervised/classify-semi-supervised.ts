import {
  type LongWork,
  type Matrix,
  type NeighbourLists,
  neighbourGraph,
  normaliseGraph,
  solveLabels,
} from '@twoshot/geometry';
import { type ClassShares, estimateShares, imposeShares } from './class-shares.js';
import { type DoubtedLabel, doubtedLabels } from './doubted-labels.js';
import { type HeldOut, predictHeldOut } from './held-out.js';
import { classWeights, type LabelledPoints } from './labelled-points.js';
import { neighbourMeans } from './neighbour-means.js';
import { densityRatios, fitRejection, noneProbabilities, noneShare, type Rejection } from './none-of-these.js';
import { fitSharpness, sharpen } from './sharpness.js';
import { type LabellingProblem, meanProbabilities, ridgeOf, spreadScores } from './spread-and-ridge.js';

export interface SemiSupervisedOptions extends LongWork {
  readonly classes: number;
  /** Fraction of a score that comes from the neighbours, 0..1. */
  readonly alpha: number;
  /** Edge weights are max(cosine, 0) to this power. */
  readonly power: number;
  /** [classes] of sum 1; null to estimate them. */
  readonly shares: readonly number[] | null;
}

/** Predictions of rows. */
export interface PredictedRows {
  /** [rows, classes] probabilities of a row that is of one of the classes */
  readonly probabilities: Matrix;
  /** [rows] probability that it is of none; null where the labels cannot tell. */
  readonly none: Float32Array | null;
}

export interface SemiSupervised extends PredictedRows {
  /** [classes] class shares of the rows */
  readonly shares: Float64Array;
  /** Power of the probabilities that makes the held-out ones likely. */
  readonly sharpness: number;
  /** With calibrated probabilities. */
  readonly heldOut: HeldOut;
  readonly doubted: readonly DoubtedLabel[];
  /**
   * Rows outside the graph: scores are means of those of their neighbours, and everything else as fitted. Each row is
   * independent of the others.
   *
   * @param points [queries, dim]
   * @param links [queries, k] positions among the rows
   */
  predict(points: Matrix, links: NeighbourLists): Promise<PredictedRows>;
}

/**
 * Labels all rows from few labels: the mean of label spreading and ridge regression, and of each row's neighbours, calibrated on held-out labels, with
 * class shares estimated or given, and the probability of none of the classes.
 *
 * @param points [rows, dim] of unit length
 * @param lists neighbours of each row
 * @param labelled at least one row of every class
 */
export async function classifySemiSupervised(
  points: Matrix,
  lists: NeighbourLists,
  labelled: LabelledPoints,
  options: SemiSupervisedOptions,
): Promise<SemiSupervised> {
  const { classes, alpha, power, signal } = options;
  const graph = normaliseGraph(neighbourGraph(lists, { power, symmetry: 'maximum' }));
  const problem: LabellingProblem = { points, lists, graph, power, classes, alpha };
  const held = await predictHeldOut(problem, labelled, options);
  const sharpness = fitSharpness(held.probabilities, held.label);
  sharpen(held.probabilities, sharpness);
  const spread = await spreadScores(problem, labelled, { signal });
  const ridge = ridgeOf(problem, labelled);
  const mean = await meanProbabilities(ridge, points, spread, { signal });
  const probabilities = neighbourMeans(lists, { own: mean, others: mean }, power);
  sharpen(probabilities, sharpness);
  const { shares, logits } = sharesOf(probabilities, options.shares);
  sharpen(probabilities, 1, logits);
  const everywhere = await solveLabels(
    graph,
    { rows: points.rows, columns: 1, data: new Float64Array(points.rows).fill(1) },
    { alpha, tolerance: 1e-6, signal },
  );
  const reached: Matrix = { ...everywhere, data: Float32Array.from(everywhere.data) };
  const weights = classWeights(labelled, classes);
  const density = (scores: Matrix, all: ArrayLike<number>): Float64Array => {
    const data = scores.data.map((value, i) => value / weights[i % classes]!);
    return densityRatios({ ...scores, data }, all, shares);
  };
  const rejection = fitted({ held, spread, labelled, shares, everywhere: reached.data });
  const logs = density(spread, reached.data);
  const isLabelled = new Set(labelled.position);
  const share =
    rejection === null
      ? 0
      : noneShare(
          rejection,
          logs.filter((_, row) => !isLabelled.has(row)),
        );
  const noneOf = (of: Float64Array): Float32Array | null =>
    rejection === null ? null : noneProbabilities(rejection, share, of);
  return {
    probabilities,
    none: noneOf(logs),
    shares,
    sharpness,
    heldOut: held,
    doubted: doubtedLabels(held, labelled),
    async predict(queries, links) {
      const scores = neighbourMeans(links, { own: null, others: spread }, power);
      const all = neighbourMeans(links, { own: null, others: reached }, power);
      const alone = await meanProbabilities(ridge, queries, scores, { signal });
      const found = neighbourMeans(links, { own: alone, others: mean }, power);
      sharpen(found, sharpness);
      sharpen(found, 1, logits);
      return { probabilities: found, none: noneOf(density(scores, all.data)) };
    },
  };
}

const sharesOf = (probabilities: Matrix, given: readonly number[] | null): ClassShares =>
  given === null ? estimateShares(probabilities) : imposeShares(probabilities, given);

/** What the labels tell of rows of no class. */
function fitted(given: {
  held: HeldOut;
  spread: Matrix;
  labelled: LabelledPoints;
  shares: Float64Array;
  everywhere: Float32Array;
}): Rejection | null {
  const { held, spread, labelled, shares, everywhere } = given;
  const classes = spread.columns;
  const weights = classWeights(labelled, classes);
  const at = (positions: Uint32Array): Float64Array =>
    Float64Array.from(positions, (position) => everywhere[position]!);
  const known = {
    logs: densityRatios(held.spread, at(held.position), shares),
    weights: Array.from(held.label, (label) => shares[label]! / weights[label]!),
  };
  const without = Array.from(labelled.position, (position, row) => {
    const label = labelled.label[row]!;
    const others = shares.map((share, i) => (i === label ? 0 : share / (1 - shares[label]!)));
    const own = spread.data
      .subarray(position * classes, (position + 1) * classes)
      .map((value, i) => value / weights[i]!);
    return densityRatios({ rows: 1, columns: classes, data: own }, [everywhere[position]!], others)[0]!;
  });
  const none = { logs: without, weights: Array.from(labelled.label, (label) => 1 / weights[label]!) };
  return fitRejection(known, none, classes);
}
