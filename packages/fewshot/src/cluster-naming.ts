import { argMaxRows, assignRows, type Matrix } from '@twoshot/geometry';

export interface NamingOptions {
  /** One class for one cluster so that the votes are most (Hungarian), or every cluster its most voted class. */
  readonly rule: 'one-to-one' | 'many-to-one';
  readonly classes: number;
}

export interface ClusterNames {
  /** [clusters, classes] */
  readonly votes: Matrix<Float64Array>;
  /** [clusters] class of each cluster, -1 for one that is left over */
  readonly names: Int32Array;
}

/**
 * Names clusters by labelled rows: the votes of a cluster for a class are the sum of its probabilities over the rows
 * of that class.
 *
 * @param probabilities [rows, clusters] of the labelled rows
 * @param labels [rows]
 */
export function nameClusters(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  { rule, classes }: NamingOptions,
): ClusterNames {
  const clusters = probabilities.columns;
  const data = new Float64Array(clusters * classes);
  for (let row = 0; row < probabilities.rows; row++)
    for (let cluster = 0; cluster < clusters; cluster++)
      data[cluster * classes + labels[row]!]! += probabilities.data[row * clusters + cluster]!;
  const votes = { rows: clusters, columns: classes, data };
  const names = rule === 'one-to-one' ? assignRows(votes, { maximise: true }).columnOf : argMaxRows(votes);
  return { votes, names };
}
