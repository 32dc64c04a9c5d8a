import type { Partition } from '@twoshot/artifact';
import { adjustedRandIndex, clusterAccuracy, manyToOneAccuracy, normalisedMutualInformation } from '@twoshot/evaluate';

/**
 * Scores of selected rows under partitions, as means over these; none without rows.
 *
 * @param positions [m] rows of the partitions
 * @param truth [m] true class of each
 */
export function scorePartitions(
  partitions: readonly Partition[],
  positions: readonly number[],
  truth: readonly number[],
  classes: number,
): Readonly<Record<string, number>> {
  if (positions.length === 0) return {};
  const mean = (score: (found: readonly number[], clusters: number) => number): number =>
    partitions.reduce(
      (sum, { cluster, clusters }) =>
        sum +
        score(
          positions.map((row) => cluster[row]!),
          clusters,
        ) /
          partitions.length,
      0,
    );
  return {
    clusterAccuracy: mean((found, clusters) => clusterAccuracy(truth, found, classes, clusters)),
    purity: mean((found, clusters) => manyToOneAccuracy(truth, found, classes, clusters)),
    normalisedMutualInformation: mean((found) => normalisedMutualInformation(truth, found)),
    adjustedRandIndex: mean((found) => adjustedRandIndex(truth, found)),
  };
}
