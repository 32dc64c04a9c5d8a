import { defineStage, flag, number, optional, StageInputError, text } from '@twoshot/stage';

export default defineStage({
  name: 'subset/reliable',
  summary: 'Rows whose cluster is shared by most of their nearest neighbours (local consistency of SPICE)',
  params: {
    share: number({
      default: 0.9,
      minimum: 0,
      maximum: 1,
      doc: 'part of the neighbours that must be in the cluster of the row; Niu et al. 2022: 0.95 of 100, their code 0.9',
    }),
    probability: optional(
      number({ minimum: 0, maximum: 1, doc: '0..1' }),
      'smallest probability of the cluster in a soft partition; Niu et al. 2022: 0.99',
    ),
    balance: flag({
      default: false,
      doc: 'as many rows of every cluster as the smallest has, the surest; clusters without a reliable row aside',
    }),
    partition: optional(text({ doc: 'its name' }), 'partition to look at; null for the first, the best'),
  },
  inputs: {
    assignments: { kind: 'assignments', doc: 'clusters of the rows' },
    neighbours: { kind: 'neighbours', doc: 'the rows and their nearest others, all of which count' },
  },
  outputs: { subset: { kind: 'subset', doc: 'the reliable rows, in the order in which they stand' } },
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
        `the partition ${partition.name} of ${inputs.assignments.from} has no probabilities to compare with ${probability}. Leave the param \`probability\` out, or wire clusters that have some (cluster/scan).`,
      );
    const consistency = localConsistency(rows, partition, graph);
    const known = consistency.share.filter((one) => !Number.isNaN(one));
    if (known.length === 0)
      throw new StageInputError(
        'no-neighbours',
        `none of the ${rows.count} rows of ${inputs.assignments.from} has a neighbour in ${inputs.neighbours.from}. Make both from the same features.`,
      );
    const kept = reliableRows(consistency, partition.cluster, { share, probability: probability ?? 0, balance });
    if (kept.length === 0) {
      const mean = known.reduce((sum, one) => sum + one, 0) / known.length;
      const most = known.reduce((largest, one) => Math.max(largest, one), 0);
      throw new StageInputError(
        'no-reliable-row',
        `no row of ${inputs.assignments.from} is reliable: the neighbours of a row share its cluster by ${mean.toFixed(3)} in the mean and by ${most.toFixed(3)} at most, ${share} is asked for. Lower \`share\` or \`probability\`, ask for fewer clusters, or train the backbone longer.`,
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
