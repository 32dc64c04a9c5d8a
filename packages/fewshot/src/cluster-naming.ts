import { argMaxRows, assignRows, type Matrix } from '@twoshot/geometry';

export interface NamingOptions {
  /** A one-to-one map with the most votes (Hungarian method), or each cluster its most voted class. */
  readonly rule: 'one-to-one' | 'many-to-one';
  readonly classes: number;
}

export interface ClusterNames {
  /** [clusters, classes] */
  readonly votes: Matrix<Float64Array>;
  /** [clusters] class of each cluster, -1 for an unmatched one */
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

/** Rows with a class, and the membership of each row in every cluster. */
export interface ClusterEvidence {
  /** [all rows, clusters] */
  readonly memberships: Matrix;
  /** [labelled] positions among all rows */
  readonly position: ArrayLike<number>;
  /** [labelled] */
  readonly label: ArrayLike<number>;
  /** [labelled] 0..1 */
  readonly weight: ArrayLike<number>;
}

/**
 * Names clusters by the labelled ones among many rows. A cluster without votes has no name, whatever class remains.
 *
 * @returns [clusters] class of each cluster, -1 for one without a name
 */
export function nameByEvidence(
  { memberships, position, label, weight }: ClusterEvidence,
  options: NamingOptions,
): Int32Array {
  const { columns, data } = memberships;
  const count = position.length;
  const own = new Float32Array(count * columns);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < columns; c++) own[i * columns + c] = data[position[i]! * columns + c]! * weight[i]!;
  const { names, votes } = nameClusters({ rows: count, columns, data: own }, label, options);
  const { classes } = options;
  return names.map((name, cluster) =>
    votes.data.subarray(cluster * classes, (cluster + 1) * classes).some((vote) => vote > 0) ? name : -1,
  );
}

/**
 * Class probabilities from those of clusters. The mass of a row in clusters without a name is distributed over the
 * others; a row that is only in such clusters has uniform probabilities.
 *
 * @param memberships [rows, clusters]
 * @param names [clusters] class, -1 for none
 * @returns [rows, classes]
 */
export function namedProbabilities(memberships: Matrix, names: Int32Array, classes: number): Float32Array {
  const { rows, columns, data } = memberships;
  const result = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const own = result.subarray(row * classes, (row + 1) * classes);
    let total = 0;
    for (let cluster = 0; cluster < columns; cluster++) {
      const [name, share] = [names[cluster]!, data[row * columns + cluster]!];
      if (name < 0) continue;
      own[name]! += share;
      total += share;
    }
    for (let c = 0; c < classes; c++) own[c] = total > 0 ? own[c]! / total : 1 / classes;
  }
  return result;
}
