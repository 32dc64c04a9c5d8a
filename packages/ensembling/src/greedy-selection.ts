import { accuracy, negativeLogLikelihood } from '@twoshot/evaluate';
import { argMaxRows, type Matrix } from '@twoshot/geometry';
import { type ModelStack, requireStack } from './model-stack.js';

export interface GreedySelection {
  /** [steps] the added model */
  readonly order: Int32Array;
  /** [models] fraction of the steps */
  readonly weights: Float64Array;
  /** Metric of the final ensemble. */
  readonly score: number;
}

export interface GreedyOptions {
  /** nll is minimised, accuracy maximised. */
  readonly metric: 'nll' | 'accuracy';
  readonly steps: number;
}

/**
 * Ensemble selection with replacement from the empty bag (Caruana et al. 2004): each step adds the model whose
 * addition gives the best metric of the mean probabilities; ties go to the lower model.
 *
 * @param labels [rows] of the rows that it is fitted on
 */
export function selectGreedily(
  stack: ModelStack,
  labels: ArrayLike<number>,
  { metric, steps }: GreedyOptions,
): GreedySelection {
  requireStack(stack);
  if (!(steps >= 1)) throw new RangeError(`expected at least one step, got ${steps}`);
  const { models, rows, classes, data } = stack;
  const size = rows * classes;
  const order = new Int32Array(steps);
  const weights = new Float64Array(models);
  let sum = new Float64Array(size);
  let score = 0;
  for (let step = 0; step < steps; step++) {
    let best = Number.NEGATIVE_INFINITY;
    let bestSum = sum;
    for (let model = 0; model < models; model++) {
      const next = sum.map((value, i) => value + data[model * size + i]!);
      const mean = { rows, columns: classes, data: next.map((value) => value / (step + 1)) };
      const gain = gainOf(mean, labels, metric);
      if (gain > best) [best, bestSum, order[step]] = [gain, next, model];
    }
    sum = bestSum;
    weights[order[step]!]! += 1 / steps;
    score = metric === 'nll' ? -best : best;
  }
  return { order, weights, score };
}

function gainOf(mean: Matrix<Float64Array>, labels: ArrayLike<number>, metric: GreedyOptions['metric']): number {
  return metric === 'nll' ? -negativeLogLikelihood(mean, labels) : accuracy(labels, argMaxRows(mean));
}
