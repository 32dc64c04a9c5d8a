import { type Neighbours, type Partition, positionsAmong, type Rows } from '@twoshot/artifact';

/** For each row of a partition: how well its neighbours and the partition itself support its cluster. */
export interface Consistency {
  /** [rows] fraction of the row's neighbours that are in its cluster; NaN without neighbours in the graph */
  readonly share: Float64Array;
  /** [rows] probability of the row's cluster, 1 of a hard partition */
  readonly probability: Float32Array;
}

/**
 * Local consistency (SPICE, Niu et al. 2022, section 3.3): the fraction of a row's nearest neighbours whose cluster is
 * its own. A neighbour without a cluster counts as one of another cluster.
 *
 * @param rows of the partition
 */
export function localConsistency(
  rows: Rows,
  { cluster, clusters, probabilities }: Partition,
  graph: Pick<Neighbours, 'rows' | 'reference' | 'k' | 'position'>,
): Consistency {
  const { k, position } = graph;
  const inGraph = positionsAmong(rows, graph.rows);
  const ofReference = positionsAmong(graph.reference, rows);
  const share = Float64Array.from(inGraph, (node, row) => {
    if (node < 0) return Number.NaN;
    let [same, all] = [0, 0];
    for (const neighbour of position.subarray(node * k, (node + 1) * k)) {
      if (neighbour < 0) continue;
      all++;
      const other = ofReference[neighbour]!;
      if (other >= 0 && cluster[other] === cluster[row]) same++;
    }
    return same / all;
  });
  const probability = Float32Array.from(cluster, (own, row) => probabilities?.[row * clusters + own] ?? 1);
  return { share, probability };
}

export interface Reliability {
  /** Minimum fraction of neighbours. */
  readonly share: number;
  /** Minimum probability of the row's cluster. */
  readonly probability: number;
  /** The same number of rows for every cluster that has any: that of the smallest; the most reliable rows. */
  readonly balance: boolean;
}

/** Positions of the rows that pass, ascending. */
export function reliableRows(
  { share, probability }: Consistency,
  cluster: Int32Array,
  minimum: Reliability,
): Uint32Array {
  const passed = Uint32Array.from(share.keys()).filter(
    (row) => share[row]! >= minimum.share && probability[row]! >= minimum.probability,
  );
  if (!minimum.balance) return passed;
  const members = new Map<number, number[]>();
  for (const row of passed) {
    const own = members.get(cluster[row]!);
    if (own === undefined) members.set(cluster[row]!, [row]);
    else own.push(row);
  }
  const smallest = [...members.values()].reduce((count, { length }) => Math.min(count, length), passed.length);
  const surest = (a: number, b: number): number => share[b]! - share[a]! || probability[b]! - probability[a]! || a - b;
  return Uint32Array.from([...members.values()].flatMap((own) => own.sort(surest).slice(0, smallest))).sort();
}
