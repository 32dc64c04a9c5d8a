import { defineStage, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/score-clusters',
  summary: 'Scores clusters against the hidden labels, unnamed and under the best names',
  params: { set: text({ default: 'test', doc: 'the image set whose rows are scored' }) },
  inputs: {
    assignments: { kind: 'assignments', doc: 'clusters to score; metrics are means over the partitions' },
    truth: { kind: 'truth', formerly: 'answers', doc: 'hidden labels; empty if unknown' },
  },
  outputs: {
    metrics: {
      kind: 'metrics',
      shown: true,
      doc: 'accuracy under the best one-to-one names and under majority names, normalised mutual information, adjusted Rand index; no values without hidden labels',
    },
  },
  scores: true,
  async run({ params, inputs, outputs, pipelineSeed, log }) {
    const { readAssignments, readLabels, writeMetrics } = await import('@twoshot/artifact');
    const { scorePartitions } = await import('./score-partitions.js');
    const { scoredRows } = await import('./scored-rows.js');
    const { rows, partitions } = await readAssignments(inputs.assignments.path);
    const hidden = await readLabels(inputs.truth.path);
    const { positions, truth } = scoredRows(rows, hidden, params.set);
    log(`${positions.length} of ${rows.count} clustered rows have a known class in ${params.set}`);
    await writeMetrics(outputs.metrics, {
      values: scorePartitions(partitions, positions, truth, hidden.classNames.length),
      protocol: {
        type: 'clustering',
        set: params.set,
        rows: positions.length,
        split: hidden.origin?.split ?? 0,
        clusters: Math.max(...partitions.map(({ clusters }) => clusters)),
        classes: hidden.classNames.length,
        partitions: partitions.length,
        transductive: inputs.assignments.seen.includes(params.set),
        outside: inputs.assignments.outside,
        seed: pipelineSeed,
        n: 1,
      },
    });
  },
});
