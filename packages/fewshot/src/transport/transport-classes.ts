import { tf } from '@twoshot/engine';
import {
  betweenBlocks,
  classMeans,
  type LongWork,
  type Matrix,
  requireFinite,
  requireFiniteValues,
  softmaxRows,
} from '@twoshot/geometry';
import { distancesTo, squaredNorms, weightedSums } from '../centre-products.js';
import { type BalancedRows, balanceRows } from './balance-rows.js';

export interface TransportOptions extends LongWork {
  /** Inverse regularisation of the transport plan. */
  readonly lambda: number;
  /** Step of the centres towards their estimates, 0..1 */
  readonly alpha: number;
  readonly iterations: number;
  readonly classes: number;
  /**
   * Default false. True: the given class sizes are only initial; each iteration moves them half-way to the mean of the
   * predictions without them, so that no class grows because it is large.
   */
  readonly estimateMarginals?: boolean | undefined;
}

export interface TransportClasses {
  /** [classes, dim] */
  readonly prototypes: Matrix;
  /** [queries, classes] rows about 1, columns exactly the marginals */
  readonly assignment: Matrix<Float64Array>;
  /** [classes] see `BalancedRows` */
  readonly classLogits: Float64Array;
  /** [classes] the class sizes of the last plan */
  readonly columnMarginals: Float64Array;
}

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
  requireFinite(query, 'query features');
  requireFiniteValues(columnMarginals, 1, 'class sizes');
  const { means, counts } = classMeans(support, labels, classes);
  const centres = Float64Array.from(means.data);
  const marginals = Float64Array.from(columnMarginals);
  const rows = tf.tensor2d(query.data, [query.rows, columns]);
  const norms = squaredNorms(query.data, query.rows, columns);
  try {
    const assign = (): BalancedRows => {
      const logits = distancesTo(rows, norms, centres, classes, columns);
      for (let i = 0; i < logits.length; i++) logits[i]! *= -options.lambda;
      if (options.estimateMarginals === true) moveMarginals(marginals, logits, query.rows);
      return balanceRows(logits, query.rows, classes, marginals);
    };
    for (let iteration = 0; iteration < iterations; iteration++) {
      const { plan } = assign();
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
    const { plan, classLogits } = assign();
    return {
      prototypes: { rows: classes, columns, data: Float32Array.from(centres) },
      assignment: { rows: query.rows, columns: classes, data: plan },
      classLogits,
      columnMarginals: marginals,
    };
  } finally {
    rows.dispose();
  }
}

/** Moves class sizes half-way to the sums of the predictions without them. */
function moveMarginals(marginals: Float64Array, logits: Float64Array, rows: number): void {
  const { columns, data } = softmaxRows({ rows, columns: marginals.length, data: logits });
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += data[i]!;
  for (let label = 0; label < columns; label++) marginals[label] = (marginals[label]! + sums[label]!) / 2;
}
