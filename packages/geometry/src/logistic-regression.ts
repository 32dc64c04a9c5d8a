import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';
import { softmaxRows } from './softmax.js';

export interface LogisticOptions {
  readonly classes: number;
  /** Inverse regularisation, as in scikit-learn. */
  readonly C: number;
  /** Largest entry of the gradient at which it is done. Default 1e-7. */
  readonly tolerance?: number;
  /** Most Newton steps. Default 200. */
  readonly steps?: number;
}

export interface LogisticModel {
  /** [classes, dim] */
  readonly coefficients: Matrix<Float64Array>;
  /** [classes], of mean 0 */
  readonly intercepts: Float64Array;
  /** Sum of cross-entropies + |coefficients|^2 / (2 C). */
  readonly objective: number;
}

/**
 * Multinomial logistic regression: minimises the sum over rows of the cross-entropy + |coefficients|^2 / (2 C), with
 * free intercepts, by Newton steps whose equations conjugate gradients solve (Lin, Weng and Keerthi 2008).
 *
 * @param points [rows, dim], finite
 * @param labels [rows] in 0..classes-1
 */
export function fitLogistic(points: AnyMatrix, labels: ArrayLike<number>, options: LogisticOptions): LogisticModel {
  requireFinite(points, 'features');
  if (labels.length !== points.rows) throw new RangeError(`expected ${points.rows} labels, got ${labels.length}`);
  const problem = new LogisticProblem(points, labels, options);
  const { tolerance = 1e-7, steps = 200 } = options;
  let current = problem.at(new Float64Array(options.classes * (points.columns + 1)));
  for (let step = 0; step < steps && largest(current.gradient) > tolerance; step++) {
    const direction = newtonDirection(problem, current);
    const next = lineSearch(problem, current, direction);
    if (next === null) break;
    current = next;
  }
  return problem.model(current);
}

/** exp-normalised scores of rows, [rows, classes]. */
export function predictLogistic(model: LogisticModel, points: AnyMatrix): Matrix<Float64Array> {
  requireFinite(points, 'features');
  const { rows: classes, columns, data } = model.coefficients;
  const logits = new Float64Array(points.rows * classes);
  for (let row = 0, at = 0; row < points.rows; row++)
    for (let label = 0; label < classes; label++, at++) {
      let sum = model.intercepts[label]!;
      for (let i = 0; i < columns; i++) sum += data[label * columns + i]! * points.data[row * columns + i]!;
      logits[at] = sum;
    }
  return softmaxRows({ rows: points.rows, columns: classes, data: logits });
}

interface Iterate {
  /** [classes, dim + 1], the intercept last */
  readonly weights: Float64Array;
  readonly probabilities: Float64Array;
  readonly gradient: Float64Array;
  readonly objective: number;
}

class LogisticProblem {
  readonly #points: AnyMatrix;
  readonly #labels: ArrayLike<number>;
  readonly #classes: number;
  readonly #penalty: number;

  constructor(points: AnyMatrix, labels: ArrayLike<number>, { classes, C }: LogisticOptions) {
    this.#points = points;
    this.#labels = labels;
    this.#classes = classes;
    this.#penalty = 1 / C;
  }

  at(weights: Float64Array): Iterate {
    const classes = this.#classes;
    const logits = this.#scores(weights);
    const { data: probabilities } = softmaxRows({ rows: this.#points.rows, columns: classes, data: logits });
    let objective = 0;
    const errors = Float64Array.from(probabilities);
    for (let row = 0; row < this.#points.rows; row++) {
      const own = row * classes + this.#labels[row]!;
      objective -= Math.log(Math.max(probabilities[own]!, Number.MIN_VALUE));
      errors[own]! -= 1;
    }
    const width = this.#points.columns + 1;
    for (let i = 0; i < weights.length; i++)
      if (i % width < width - 1) objective += (this.#penalty / 2) * weights[i]! ** 2;
    return { weights, probabilities, gradient: this.#backward(errors, weights), objective };
  }

  /** Product of the Hessian with a direction. */
  curvature({ probabilities }: Iterate, direction: Float64Array): Float64Array {
    const classes = this.#classes;
    const scores = this.#scores(direction);
    for (let base = 0; base < scores.length; base += classes) {
      let mean = 0;
      for (let i = base; i < base + classes; i++) mean += probabilities[i]! * scores[i]!;
      for (let i = base; i < base + classes; i++) scores[i] = probabilities[i]! * (scores[i]! - mean);
    }
    return this.#backward(scores, direction);
  }

  model({ weights, objective }: Iterate): LogisticModel {
    const width = this.#points.columns + 1;
    const data = new Float64Array(this.#classes * this.#points.columns);
    const intercepts = new Float64Array(this.#classes);
    for (let label = 0; label < this.#classes; label++) {
      data.set(weights.subarray(label * width, (label + 1) * width - 1), label * (width - 1));
      intercepts[label] = weights[(label + 1) * width - 1]!;
    }
    const mean = intercepts.reduce((sum, value) => sum + value, 0) / this.#classes;
    return {
      coefficients: { rows: this.#classes, columns: width - 1, data },
      intercepts: intercepts.map((value) => value - mean),
      objective,
    };
  }

  #scores(weights: Float64Array): Float64Array {
    const { rows, columns, data } = this.#points;
    const scores = new Float64Array(rows * this.#classes);
    for (let row = 0, at = 0; row < rows; row++)
      for (let label = 0; label < this.#classes; label++, at++) {
        let from = label * (columns + 1);
        let sum = 0;
        for (let i = row * columns, end = i + columns; i < end; i++, from++) sum += weights[from]! * data[i]!;
        scores[at] = sum + weights[from]!;
      }
    return scores;
  }

  /** errors^T [points, 1] + penalty * weights, the intercepts without penalty */
  #backward(errors: Float64Array, weights: Float64Array): Float64Array {
    const { rows, columns, data } = this.#points;
    const width = columns + 1;
    const result = weights.map((weight, i) => (i % width < columns ? this.#penalty * weight : 0));
    for (let row = 0, at = 0; row < rows; row++)
      for (let label = 0; label < this.#classes; label++, at++) {
        let to = label * width;
        const error = errors[at]!;
        for (let i = row * columns, end = i + columns; i < end; i++, to++) result[to]! += error * data[i]!;
        result[to]! += error;
      }
    return result;
  }
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const largest = (values: Float64Array): number =>
  values.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);

/** Solves Hessian * direction = -gradient as exactly as the size of the gradient deserves. */
function newtonDirection(problem: LogisticProblem, current: Iterate): Float64Array {
  const direction = new Float64Array(current.gradient.length);
  const residual = current.gradient.map((value) => -value);
  const search = Float64Array.from(residual);
  let length = dot(residual, residual);
  const target = length * Math.min(0.01, Math.sqrt(length)) ** 2;
  for (let step = 0; step < 2 * direction.length + 20 && length > target; step++) {
    const image = problem.curvature(current, search);
    const bend = dot(search, image);
    if (bend <= 0) break;
    const stride = length / bend;
    for (let i = 0; i < direction.length; i++) {
      direction[i]! += stride * search[i]!;
      residual[i]! -= stride * image[i]!;
    }
    const shorter = dot(residual, residual);
    for (let i = 0; i < search.length; i++) search[i] = residual[i]! + (shorter / length) * search[i]!;
    length = shorter;
  }
  return direction;
}

/** Halves the step until the objective falls enough; null where rounding lets it fall no more. */
function lineSearch(problem: LogisticProblem, current: Iterate, direction: Float64Array): Iterate | null {
  const slope = dot(current.gradient, direction);
  for (let step = 1; step > 1e-10; step /= 2) {
    const next = problem.at(current.weights.map((weight, i) => weight + step * direction[i]!));
    if (next.objective <= current.objective + 1e-4 * step * slope) return next;
    // At the bottom the objective is flat to its last digit while the gradient still falls.
    if (step === 1 && largest(next.gradient) < largest(current.gradient) / 2) return next;
  }
  return null;
}
