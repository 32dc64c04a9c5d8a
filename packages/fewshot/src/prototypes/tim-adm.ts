import { tf } from '@twoshot/engine';
import {
  betweenBlocks,
  classMeans,
  type LongWork,
  type Matrix,
  oneHot,
  requireFinite,
  softmaxRows,
} from '@twoshot/geometry';
import { distancesTo, squaredNorms, weightedSums } from '../centre-products.js';

export interface TimOptions extends LongWork {
  readonly classes: number;
  readonly temperature: number;
  /** Weight of the cross-entropy of labelled rows. */
  readonly supportWeight: number;
  /** Weight of the entropy of the mean prediction: higher means more balanced classes. */
  readonly marginalWeight: number;
  /** Weight of the mean entropy of the predictions: higher means more confident ones. */
  readonly conditionalWeight: number;
  readonly iterations: number;
  /** Step of the centres, 0..1 */
  readonly stepSize: number;
}

export interface Tim {
  /** [classes, dim] */
  readonly prototypes: Matrix<Float64Array>;
  /** [queries, classes] */
  readonly assignment: Matrix<Float64Array>;
}

/**
 * Transductive information maximisation by alternating closed forms (TIM-ADM, Boudiaf et al. 2020, proposition 1). Rows
 * are used as given; usually at unit length.
 *
 * @param support [rows, dim] labelled rows
 * @param labels [rows] every class at least once
 * @param query [queries, dim]
 */
export async function timAdm(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  options: TimOptions,
): Promise<Tim> {
  const { classes, iterations, stepSize } = options;
  const { columns } = query;
  requireFinite(support, 'labelled rows');
  requireFinite(query, 'query rows');
  const targets = oneHot(labels, classes).data;
  const { means } = classMeans(support, labels, classes);
  const centres = { rows: classes, columns, data: Float64Array.from(means.data) };
  const known = measured(support);
  const unknown = measured(query);
  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      const given = posteriors(unknown, centres.data, options);
      const wanted = sharpen(given, options);
      const next = new Float64Array(centres.data.length);
      const mass = new Float64Array(classes);
      const supportShare = options.supportWeight / (1 + options.conditionalWeight);
      pull(next, mass, known, targets, posteriors(known, centres.data, options).data, centres.data, supportShare);
      pull(next, mass, unknown, wanted.data, given.data, centres.data, support.rows / query.rows);
      for (let i = 0; i < next.length; i++)
        centres.data[i]! += stepSize * (next[i]! / mass[Math.floor(i / columns)]! - centres.data[i]!);
      await betweenBlocks(options, iteration + 1, iterations);
    }
    return { prototypes: centres, assignment: posteriors(unknown, centres.data, options) };
  } finally {
    known.rows.dispose();
    unknown.rows.dispose();
  }
}

/** Rows on the engine, with their squared norms for distances. */
interface MeasuredRows {
  /** [rows, dim] */
  readonly rows: tf.Tensor2D;
  /** [rows] squared */
  readonly norms: Float64Array;
}

const measured = ({ rows, columns, data }: Matrix): MeasuredRows => ({
  rows: tf.tensor2d(data, [rows, columns]),
  norms: squaredNorms(data, rows, columns),
});

/** Softmax of minus half the scaled squared distances, [rows, classes]. */
function posteriors(
  { rows, norms }: MeasuredRows,
  centres: Float64Array,
  { classes, temperature }: TimOptions,
): Matrix<Float64Array> {
  const distances = distancesTo(rows, norms, centres, classes, rows.shape[1]);
  const data = distances.map((value) => (-temperature / 2) * value);
  return softmaxRows({ rows: norms.length, columns: classes, data });
}

/** q ~ p^(1 + wc) / (sum over rows of p^(1 + wc))^(wm / (1 + wm)), rows divided by their sums */
function sharpen(given: Matrix<Float64Array>, { conditionalWeight, marginalWeight }: TimOptions): Matrix<Float64Array> {
  const { rows, columns } = given;
  const data = given.data.map((value) => value ** (1 + conditionalWeight));
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += data[i]!;
  const divisors = sums.map((sum) => (sum > 0 ? sum ** (marginalWeight / (1 + marginalWeight)) : 1));
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let i = 0; i < columns; i++) total += data[row * columns + i]! /= divisors[i]!;
    for (let i = 0; i < columns; i++) data[row * columns + i]! /= total;
  }
  return { rows, columns, data };
}

/** Adds share (sum_i t_ik x_i + w_k sum_i p_ik - sum_i p_ik x_i) to every centre and share sum_i t_ik to its mass. */
function pull(
  next: Float64Array,
  mass: Float64Array,
  { rows }: MeasuredRows,
  targets: Float64Array,
  given: Float64Array,
  centres: Float64Array,
  share: number,
): void {
  const classes = mass.length;
  const predicted = new Float64Array(classes);
  const gaps = targets.map((target, i) => share * (target - given[i]!));
  for (let i = 0; i < targets.length; i++) {
    mass[i % classes]! += share * targets[i]!;
    predicted[i % classes]! += share * given[i]!;
  }
  const sums = weightedSums(gaps, rows, classes);
  for (let i = 0; i < next.length; i++) next[i]! += sums[i]! + predicted[Math.floor(i / rows.shape[1])]! * centres[i]!;
}
