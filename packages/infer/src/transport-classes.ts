import { tf } from '@twoshot/engine';
import { betweenBlocks, classMeans, type LongWork, type Matrix } from '@twoshot/geometry';

export interface TransportOptions extends LongWork {
  /** Inverse regularisation of the transport plan. */
  readonly lambda: number;
  /** Step of the centres towards their estimates, 0..1 */
  readonly alpha: number;
  readonly iterations: number;
  readonly classes: number;
}

export interface TransportClasses {
  /** [classes, dim] */
  readonly prototypes: Matrix;
  /** [queries, classes] rows about 1, columns exactly the marginals */
  readonly assignment: Matrix<Float64Array>;
}

const marginalTolerance = 1e-6;
const mostSweeps = 1000;

/**
 * Classes as transport between query rows and moving centres, the loop of PT-MAP (Hu et al. 2021, algorithm 1): the
 * plan with given class sizes, centres a step towards the mean of labelled and assigned rows, and again.
 *
 * @param support [rows, dim] transformed labelled rows
 * @param labels [rows] every class at least once
 * @param query [queries, dim] transformed
 * @param columnMarginals [classes] rows that belong to each class, of sum queries
 */
export async function transportClasses(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  columnMarginals: ArrayLike<number>,
  options: TransportOptions,
): Promise<TransportClasses> {
  const { classes, alpha, iterations } = options;
  const { columns } = query;
  const { means, counts } = classMeans(support, labels, classes);
  const centres = Float64Array.from(means.data);
  const rows = tf.tensor2d(query.data, [query.rows, columns]);
  const norms = squaredNorms(query.data, query.rows, columns);
  try {
    const assign = (): Float64Array => {
      const plan = distancesTo(rows, norms, centres, classes, columns).map((value) => -options.lambda * value);
      return balance(plan, query.rows, classes, columnMarginals);
    };
    for (let iteration = 0; iteration < iterations; iteration++) {
      const plan = assign();
      const sums = weightedSums(plan, rows, classes);
      for (let label = 0; label < classes; label++) {
        let mass = counts[label]!;
        for (let i = label; i < plan.length; i += classes) mass += plan[i]!;
        for (let i = label * columns; i < (label + 1) * columns; i++) {
          const estimate = (sums[i]! + means.data[i]! * counts[label]!) / mass;
          centres[i]! += alpha * (estimate - centres[i]!);
        }
      }
      await betweenBlocks(options, iteration + 1, iterations);
    }
    return {
      prototypes: { rows: classes, columns, data: Float32Array.from(centres) },
      assignment: { rows: query.rows, columns: classes, data: assign() },
    };
  } finally {
    rows.dispose();
  }
}

function squaredNorms(data: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) for (const end = i + columns; i < end; i++) norms[row]! += data[i]! ** 2;
  return norms;
}

/** |q - c|^2 of all rows and centres, [rows, classes] */
function distancesTo(
  rows: tf.Tensor2D,
  norms: Float64Array,
  centres: Float64Array,
  classes: number,
  columns: number,
): Float64Array {
  const product = tf.tidy(() =>
    tf.matMul(rows, tf.tensor2d(Float32Array.from(centres), [classes, columns]), false, true),
  );
  const values = product.dataSync<'float32'>();
  product.dispose();
  const centreNorms = squaredNorms(centres, classes, columns);
  const distances = new Float64Array(values.length);
  for (let row = 0, i = 0; row < norms.length; row++)
    for (let label = 0; label < classes; label++, i++)
      distances[i] = norms[row]! + centreNorms[label]! - 2 * values[i]!;
  return distances;
}

/** plan^T rows, [classes, dim] */
function weightedSums(plan: Float64Array, rows: tf.Tensor2D, classes: number): Float32Array {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d(Float32Array.from(plan), [rows.shape[0], classes]), rows, true, false),
  );
  const sums = product.dataSync<'float32'>();
  product.dispose();
  return sums;
}

/** Sinkhorn sweeps on exp(logits): rows to 1, columns to their marginals, until no row sum moves any more. */
function balance(
  logits: Float64Array,
  rows: number,
  classes: number,
  columnMarginals: ArrayLike<number>,
): Float64Array {
  const plan = rowExponentials(logits, rows, classes);
  let previous = new Float64Array(rows);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const sums = new Float64Array(rows);
    for (let row = 0, i = 0; row < rows; row++) for (const end = i + classes; i < end; i++) sums[row]! += plan[i]!;
    if (sums.every((sum, row) => Math.abs(previous[row]! - sum) <= marginalTolerance)) break;
    scaleRowsAndColumns(plan, sums, classes, columnMarginals);
    // The first sums are of rows that were never scaled: they say nothing about convergence.
    previous = sweep === 0 ? new Float64Array(rows) : sums;
  }
  return plan;
}

function scaleRowsAndColumns(
  plan: Float64Array,
  rowSums: Float64Array,
  classes: number,
  columnMarginals: ArrayLike<number>,
): void {
  const columnSums = new Float64Array(classes);
  for (let row = 0, i = 0; row < rowSums.length; row++)
    for (let label = 0; label < classes; label++, i++) columnSums[label]! += plan[i]! /= rowSums[row]!;
  const scale = columnSums.map((sum, label) => (sum > 0 ? columnMarginals[label]! / sum : 0));
  for (let i = 0; i < plan.length;) for (let label = 0; label < classes; label++, i++) plan[i]! *= scale[label]!;
}

/** exp(logits) with the maximum of every row taken off first, so that no lambda underflows a whole row. */
function rowExponentials(logits: Float64Array, rows: number, classes: number): Float64Array {
  const plan = new Float64Array(logits.length);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = row * classes; i < end; i++) largest = Math.max(largest, logits[i]!);
    for (let i = row * classes; i < end; i++) plan[i] = Math.exp(logits[i]! - largest);
  }
  return plan;
}
