import { tf } from '@twoshot/engine';
import { columnMeans } from './centring.js';
import { type Evaluated, minimise } from './lbfgs.js';
import { betweenBlocks, type LongWork } from './long-work.js';
import { type Matrix, requireFinite } from './matrix.js';

export interface SoftLogisticOptions extends LongWork {
  /** Factor of |coefficients|^2 / 2, for features that are centred and of mean squared length 1. */
  readonly penalty: number;
  /** Most steps of L-BFGS. Default 200. */
  readonly steps?: number;
  /** Norm of the gradient, as a share of that at the start, at which it is done. Default 1e-3. */
  readonly tolerance?: number;
}

/** The logit of a class is the product of a row with the coefficients of the class, plus its intercept. */
export interface LinearClassifier {
  /** [classes, dim] */
  readonly coefficients: Matrix;
  /** [classes] */
  readonly intercepts: Float32Array;
}

/** Rows that go through the engine at once: memory does not grow with their number. */
const blockRows = 4096;

/**
 * Multinomial logistic regression on soft targets: minimises the mean cross-entropy + penalty |coefficients|^2 / 2 by
 * L-BFGS, in float32 through the engine, for as many rows as memory holds once. `fitLogistic` is exact and for few rows.
 *
 * @param points [rows, dim], finite
 * @param targets [rows, classes] of 0 or more; the sum of a row is its weight
 */
export async function fitSoftLogistic(
  points: Matrix,
  targets: Matrix,
  options: SoftLogisticOptions,
): Promise<LinearClassifier> {
  requireFinite(points, 'features');
  requireFinite(targets, 'targets');
  if (targets.rows !== points.rows)
    throw new RangeError(`expected ${points.rows} rows of targets, got ${targets.rows}`);
  const weight = targets.data.reduce((sum, value) => sum + value, 0);
  if (!(weight > 0)) throw new RangeError('expected targets with a sum above 0');
  const { penalty, steps = 200, tolerance = 1e-3 } = options;
  const space = spaceOf(points);
  const { columns: dim } = points;
  const { columns: classes } = targets;
  const evaluate = (weights: Float64Array): Evaluated => {
    const found = crossEntropy(points, targets, space, weights);
    let value = found.value / weight;
    const gradient = found.gradient.map((slope) => slope / weight);
    // The intercepts, behind the coefficients, are free.
    for (let i = 0; i < dim * classes; i++) {
      value += (penalty / 2) * weights[i]! ** 2;
      gradient[i]! += penalty * weights[i]!;
    }
    return { value, gradient };
  };
  const afterStep = (step: number): Promise<void> => betweenBlocks(options, step, steps);
  const found = await minimise(evaluate, new Float64Array((dim + 1) * classes), { steps, tolerance, afterStep });
  return inPlainSpace(found, space, dim, classes);
}

/** Features less `mean` times `scale` are centred and of mean squared length 1. */
interface Space {
  readonly mean: Float32Array;
  readonly scale: number;
}

function spaceOf(points: Matrix): Space {
  const mean = Float32Array.from(columnMeans(points));
  let sum = 0;
  for (let row = 0, at = 0; row < points.rows; row++)
    for (let i = 0; i < points.columns; i++, at++) sum += (points.data[at]! - mean[i]!) ** 2;
  return { mean, scale: sum > 0 ? Math.sqrt(points.rows / sum) : 1 };
}

/** Sum over rows of the cross-entropy, and its gradient by coefficients [dim, classes] and intercepts [classes]. */
function crossEntropy(points: Matrix, targets: Matrix, { mean, scale }: Space, weights: Float64Array): Evaluated {
  const [dim, classes] = [points.columns, targets.columns];
  const given = Float32Array.from(weights);
  const gradient = new Float64Array(weights.length);
  let value = 0;
  for (let start = 0; start < points.rows; start += blockRows) {
    const end = Math.min(points.rows, start + blockRows);
    const made = tf.tidy(() => {
      const block = tf.tensor2d(points.data.subarray(start * dim, end * dim), [end - start, dim]);
      const x = tf.mul<tf.Tensor2D>(tf.sub(block, mean), scale);
      const wanted = tf.tensor2d(targets.data.subarray(start * classes, end * classes), [end - start, classes]);
      const w = tf.tensor2d(given.subarray(0, dim * classes), [dim, classes]);
      const logits = tf.add<tf.Tensor2D>(tf.matMul(x, w), given.subarray(dim * classes));
      const logShares = tf.logSoftmax(logits);
      const errors = tf.sub<tf.Tensor2D>(tf.mul(tf.exp(logShares), tf.sum(wanted, 1, true)), wanted);
      return [tf.sum(tf.mul(wanted, logShares), 1), tf.matMul(x, errors, true), tf.sum(errors, 0)] as const;
    });
    const [logs, slopes, free] = made.map((tensor) => tensor.dataSync<'float32'>());
    for (const log of logs!) value -= log;
    for (let i = 0; i < slopes!.length; i++) gradient[i]! += slopes![i]!;
    for (let i = 0; i < classes; i++) gradient[dim * classes + i]! += free![i]!;
    tf.dispose([...made]);
  }
  return { value, gradient };
}

/** Coefficients and intercepts for features as they are given. */
function inPlainSpace(found: Float64Array, { mean, scale }: Space, dim: number, classes: number): LinearClassifier {
  const data = new Float32Array(classes * dim);
  const intercepts = new Float32Array(classes);
  for (let label = 0; label < classes; label++) {
    let intercept = found[dim * classes + label]!;
    for (let i = 0; i < dim; i++) {
      const coefficient = scale * found[i * classes + label]!;
      intercept -= mean[i]! * coefficient;
      data[label * dim + i] = coefficient;
    }
    intercepts[label] = intercept;
  }
  return { coefficients: { rows: classes, columns: dim, data }, intercepts };
}
