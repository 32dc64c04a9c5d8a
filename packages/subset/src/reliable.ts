import { defineStage, flag, number, optional, StageInputError, text } from '@twoshot/stage';

export default defineStage({
  name: 'subset/reliable',
  summary: 'Selects rows whose cluster is shared by most of their nearest neighbours (local consistency of SPICE)',
  params: {
    share: number({
      default: 0.9,
      minimum: 0,
      maximum: 1,
      doc: 'minimum fraction of the neighbours in the cluster of the row; Niu et al. 2022: 0.95 of 100, their code 0.9',
    }),
    probability: optional(
      number({ minimum: 0, maximum: 1, doc: '0..1' }),
      'minimum probability of the cluster in a soft partition; Niu et al. 2022: 0.99',
    ),
    balance: flag({
      default: false,
      doc: 'same number of rows for every cluster with reliable rows, the most reliable ones',
    }),
    partition: optional(text({ doc: 'its name' }), 'partition to use; null for the first, which is the best'),
  },
  inputs: {
    assignments: { kind: 'assignments', doc: 'clusters of the rows' },
    neighbours: { kind: 'neighbours', doc: 'neighbour graph of the rows, used completely' },
  },
  outputs: { subset: { kind: 'subset', doc: 'the reliable rows, in their original order' } },
  async run({ params, inputs, outputs, log, warn }) {
    const { readAssignments, readNeighbours, rowsAt, writeSubset } = await import('@twoshot/artifact');
    const { localConsistency, reliableRows } = await import('./local-consistency.js');
    const { choosePartition } = await import('./choose-partition.js');
    const [assignments, graph] = await Promise.all([
      readAssignments(inputs.assignments.path),
      readNeighbours(inputs.neighbours.path),
    ]);
    const { rows } = assignments;
    const { share, probability, balance } = params;
    const partition = choosePartition(assignments, params.partition, inputs.assignments);
    if (probability !== null && partition.probabilities === null)
      throw new StageInputError(
        'no-probabilities',
        `the partition ${partition.name} of ${inputs.assignments.from} has no probabilities to compare with ${probability}. Remove the param \`probability\`, or wire soft clusters (cluster/scan).`,
      );
    const consistency = localConsistency(rows, partition, graph);
    const known = consistency.share.filter((one) => !Number.isNaN(one));
    if (known.length === 0)
      throw new StageInputError(
        'no-neighbours',
        `none of the ${rows.count} rows of ${inputs.assignments.from} has a neighbour in ${inputs.neighbours.from}. Compute both from the same features.`,
      );
    const kept = reliableRows(consistency, partition.cluster, { share, probability: probability ?? 0, balance });
    if (kept.length === 0) {
      const mean = known.reduce((sum, one) => sum + one, 0) / known.length;
      const most = known.reduce((largest, one) => Math.max(largest, one), 0);
      throw new StageInputError(
        'no-reliable-row',
        `no row of ${inputs.assignments.from} is reliable: the fraction of neighbours in the cluster of a row is ${mean.toFixed(3)} on average and ${most.toFixed(3)} at most, \`share\` requires ${share}. Lower \`share\` or \`probability\`, use fewer clusters, or train the backbone longer.`,
      );
    }
    const reason =
      `${kept.length} of ${rows.count} rows whose cluster in ${partition.name} is shared by at least ${share} of their neighbours` +
      (probability === null ? '' : `, with a probability of at least ${probability}`) +
      (balance ? ', as many of each cluster' : '');
    log(reason);
    if (known.length < rows.count) log(`${rows.count - known.length} rows have no neighbours in the graph`);
    const used = new Set(Array.from(kept, (row) => partition.cluster[row]!)).size;
    if (used < partition.clusters)
      warn(
        `${partition.clusters - used} of ${partition.clusters} clusters have no reliable row; a lower share keeps more`,
      );
    await writeSubset(outputs.subset, { rows: rowsAt(rows, kept), reason });
  },
});
