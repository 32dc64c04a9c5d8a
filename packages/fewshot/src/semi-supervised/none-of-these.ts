import type { Matrix } from '@twoshot/geometry';

/** Rows above this probability are of none of the classes. */
export const noneThreshold = 0.5;

/** Standard errors that the mean of the held-out rows is lowered by: one side of 95 %, so that few labels reject few rows. */
const caution = 1.64;
/** Held-out rows for every class, on average, from which their mean is known well enough: with two, large classes look like none. */
const enoughHeldOut = 3;
/** Rows of a class and of none that the fraction of the latter starts from, as a beta prior. */
const prior = { none: 1, known: 20 };

/**
 * The logarithm of how much of the mass that random walks bring to a row comes from labelled rows, [rows]: the ratio of the
 * density of the classes to that of all rows. Classes count by their shares.
 *
 * @param spread [rows, classes] scores of label spreading, divided by the weights of the labels of each class
 * @param all [rows] the same scores with every row as a source
 * @param shares [classes]
 */
export function densityRatios(
  { rows, columns, data }: Matrix,
  all: ArrayLike<number>,
  shares: Float64Array,
): Float64Array {
  const logs = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += shares[i]! * data[row * columns + i]!;
    logs[row] = Math.log(Math.max(sum, 1e-30) / Math.max(all[row]!, 1e-30));
  }
  return logs;
}

/** How the density ratios of rows with and without a class are distributed: two normal distributions of one variance. */
export interface Rejection {
  readonly known: number;
  readonly none: number;
  readonly variance: number;
}

/**
 * Learns from the labels how rows of no class look: a labelled row that is held out is like a row of a class; a labelled row
 * without all labels of its class is like one of none.
 *
 * @param known density ratios of held-out rows, their weight by the share of their class
 * @param none density ratios of labelled rows without the labels of their class
 * @returns null where the labels are too few, or do not tell the two apart
 */
export function fitRejection(
  known: { readonly logs: ArrayLike<number>; readonly weights: ArrayLike<number> },
  none: { readonly logs: ArrayLike<number>; readonly weights: ArrayLike<number> },
  classes: number,
): Rejection | null {
  if (known.logs.length < enoughHeldOut * classes) return null;
  const [a, b] = [moments(known), moments(none)];
  const variance = (a.variance * a.effective + b.variance * b.effective) / (a.effective + b.effective);
  const lowered = a.mean - caution * Math.sqrt(variance / a.effective);
  return lowered > b.mean && variance > 0 ? { known: lowered, none: b.mean, variance } : null;
}

/** Weighted mean, unbiased variance, and the number of rows of equal weight that say as much. */
function moments({ logs, weights }: { readonly logs: ArrayLike<number>; readonly weights: ArrayLike<number> }): {
  readonly mean: number;
  readonly variance: number;
  readonly effective: number;
} {
  let [sum, squares, mean] = [0, 0, 0];
  for (let i = 0; i < logs.length; i++) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
    mean += weights[i]! * logs[i]!;
  }
  mean /= sum;
  let variance = 0;
  for (let i = 0; i < logs.length; i++) variance += (weights[i]! * (logs[i]! - mean) ** 2) / sum;
  const effective = sum ** 2 / squares;
  return { mean, variance: (variance * effective) / Math.max(effective - 1, 0.5), effective };
}

/** The fraction of rows of no class, by expectation and maximisation on their density ratios. */
export function noneShare(rejection: Rejection, logs: Float64Array): number {
  let share = prior.none / (prior.none + prior.known);
  for (let round = 0; round < 100; round++) {
    const sum = noneProbabilities(rejection, share, logs).reduce((total, value) => total + value, 0);
    share = (sum + prior.none) / (logs.length + prior.none + prior.known);
  }
  return share;
}

/** Probabilities that rows are of none of the classes, [rows]; they fall with the density ratio. */
export function noneProbabilities(rejection: Rejection, share: number, logs: Float64Array): Float32Array {
  const { known, none, variance } = rejection;
  const odds = Math.log(share / (1 - share));
  return Float32Array.from(logs, (value) => {
    const ratio = ((value - known) ** 2 - (value - none) ** 2) / (2 * variance);
    return 1 / (1 + Math.exp(-(ratio + odds)));
  });
}
