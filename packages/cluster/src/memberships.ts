import type { Partition } from '@twoshot/artifact';
import type { Matrix } from '@twoshot/geometry';

/** Membership of each row in every cluster [rows, clusters]: 0 or 1 where the partition is hard. */
export function memberships({ cluster, clusters, probabilities }: Partition): Matrix {
  const shape = { rows: cluster.length, columns: clusters };
  if (probabilities !== null) return { ...shape, data: probabilities };
  const data = new Float32Array(cluster.length * clusters);
  for (const [row, one] of cluster.entries()) data[row * clusters + one] = 1;
  return { ...shape, data };
}
