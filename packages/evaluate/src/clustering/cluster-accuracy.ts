import { assignRows } from '@twoshot/geometry';
import { confusionMatrix } from '../contingency.js';

/**
 * Share of rows that are right under the best one-to-one map of clusters to classes; rows of clusters left without a
 * class are wrong. The map sees the truth: it is a figure about clusters, not about named predictions.
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

/** Purity: share of rows that are right where every cluster takes its majority class. */
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
