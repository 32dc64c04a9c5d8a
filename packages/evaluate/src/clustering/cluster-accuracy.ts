import { assignRows } from '@twoshot/geometry';
import { confusionMatrix } from '../contingency.js';

/**
 * Fraction of rows that are correct under the best one-to-one map of clusters to classes; rows of clusters without a
 * class are wrong. The map uses the truth: it is a metric of clusters, not of named predictions.
 */
export function clusterAccuracy(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  clusters: number,
): number {
  const matrix = confusionMatrix(truth, predicted, classes, clusters);
  const data = Float64Array.from(matrix);
  const { totalCost } = assignRows({ rows: classes, columns: clusters, data }, { maximise: true });
  return totalCost / truth.length;
}

/** Purity: fraction of rows that are correct where every cluster is named by its majority class. */
export function manyToOneAccuracy(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  clusters: number,
): number {
  const matrix = confusionMatrix(truth, predicted, classes, clusters);
  let right = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    let majority = 0;
    for (let row = 0; row < classes; row++) majority = Math.max(majority, matrix[row * clusters + cluster]!);
    right += majority;
  }
  return right / truth.length;
}
