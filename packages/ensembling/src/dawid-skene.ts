import { argMaxRows, type Matrix, requireFiniteValues } from '@twoshot/geometry';

export interface DawidSkene {
  /** [rows, classes] */
  readonly probabilities: Matrix<Float64Array>;
  /** [classes] */
  readonly priors: Float64Array;
  /** [models, classes, classes] probability that a model predicts the second class for a row of the first */
  readonly confusions: Float64Array;
  /** [rows] the most likely class, on a tie the lower one */
  readonly labels: Int32Array;
}

/** Minimum mass of an entry of a confusion matrix before its row is normalised. */
const smallestMass = 1e-10;

/**
 * True classes of rows from the votes of models with different error rates: expectation maximisation over the
 * confusions of the models and the classes of the rows (Dawid and Skene 1979), from the shares of the votes. Rows have
 * influence on each other's predictions: a transductive ensemble.
 *
 * @param votes [rows, models] classes, -1 for no vote
 * @param models number of models
 */
export function dawidSkene(
  votes: ArrayLike<number>,
  models: number,
  { classes, iterations }: { readonly classes: number; readonly iterations: number },
): DawidSkene {
  const rows = votes.length / models;
  requireFiniteValues(votes, models, 'votes');
  let shares = shareOfVotes(votes, models, classes);
  let fitted = fitConfusions(votes, models, shares, classes);
  for (let iteration = 0; iteration < iterations; iteration++) {
    shares = expectClasses(votes, models, fitted.priors, fitted.confusions);
    fitted = fitConfusions(votes, models, shares, classes);
  }
  const probabilities = { rows, columns: classes, data: shares };
  return { probabilities, ...fitted, labels: argMaxRows(probabilities) };
}

/** [rows, classes]; uniform for a row without votes */
function shareOfVotes(votes: ArrayLike<number>, models: number, classes: number): Float64Array {
  const rows = votes.length / models;
  const shares = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let at = row * models; at < (row + 1) * models; at++) {
      const vote = votes[at]!;
      if (vote >= classes) throw new RangeError(`expected classes below ${classes}, got ${vote} in row ${row}`);
      if (vote < 0) continue;
      shares[row * classes + vote]!++;
      total++;
    }
    for (let i = row * classes; i < (row + 1) * classes; i++) shares[i] = total > 0 ? shares[i]! / total : 1 / classes;
  }
  return shares;
}

function fitConfusions(
  votes: ArrayLike<number>,
  models: number,
  shares: Float64Array,
  classes: number,
): Pick<DawidSkene, 'priors' | 'confusions'> {
  const rows = votes.length / models;
  const priors = new Float64Array(classes);
  const confusions = new Float64Array(models * classes * classes);
  for (let row = 0; row < rows; row++)
    for (let truth = 0; truth < classes; truth++) {
      const share = shares[row * classes + truth]!;
      priors[truth]! += share / rows;
      for (let model = 0; model < models; model++) {
        const vote = votes[row * models + model]!;
        if (vote >= 0) confusions[(model * classes + truth) * classes + vote]! += share;
      }
    }
  for (let start = 0; start < confusions.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += confusions[i] = Math.max(confusions[i]!, smallestMass);
    for (let i = start; i < start + classes; i++) confusions[i]! /= sum;
  }
  return { priors, confusions };
}

/** [rows, classes] proportional to the prior and the probabilities of the votes; in logarithms, for many models */
function expectClasses(
  votes: ArrayLike<number>,
  models: number,
  priors: Float64Array,
  confusions: Float64Array,
): Float64Array {
  const classes = priors.length;
  const rows = votes.length / models;
  const shares = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const own = shares.subarray(row * classes, (row + 1) * classes);
    for (let truth = 0; truth < classes; truth++) {
      let sum = Math.log(priors[truth]!);
      for (let model = 0; model < models; model++) {
        const vote = votes[row * models + model]!;
        if (vote >= 0) sum += Math.log(confusions[(model * classes + truth) * classes + vote]!);
      }
      own[truth] = sum;
    }
    const largest = own.reduce((maximum, value) => Math.max(maximum, value), Number.NEGATIVE_INFINITY);
    let total = 0;
    for (let truth = 0; truth < classes; truth++) total += own[truth] = Math.exp(own[truth]! - largest);
    for (let truth = 0; truth < classes; truth++) own[truth]! /= total;
  }
  return shares;
}
