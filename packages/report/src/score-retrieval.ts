import { defineStage, integer, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/score-retrieval',
  summary: 'Scores features by retrieval of rows of the same class, and by verification of pairs of the same class',
  params: {
    set: text({ default: 'test', doc: 'the image set whose rows are scored' }),
    queries: integer({ default: 1000, minimum: 1, doc: 'number of query rows, spread evenly over the set' }),
  },
  inputs: {
    features: { kind: 'features', doc: 'rows to score, compared by cosine' },
    truth: { kind: 'truth', formerly: 'answers', doc: 'hidden labels; empty if unknown' },
  },
  outputs: {
    metrics: {
      kind: 'metrics',
      shown: true,
      doc: 'MAP@R, fraction of rows whose nearest row is of their class, area under the ROC curve of pairs; no values without hidden labels',
    },
  },
  scores: true,
  resources: { memory: 1024 },
  async run({ params, inputs, outputs, pipelineSeed, log, progress, signal }) {
    const { readFeatures, readLabels, writeMetrics } = await import('@twoshot/artifact');
    const { scoreNeighbours } = await import('./score-neighbours.js');
    const { scoredRows } = await import('./scored-rows.js');
    const features = await readFeatures(inputs.features.path);
    const hidden = await readLabels(inputs.truth.path);
    const { positions, truth } = scoredRows(features.rows, hidden, params.set);
    const queries = Math.min(params.queries, positions.length);
    log(`${queries} of ${positions.length} rows of ${params.set} are queries against the others`);
    await writeMetrics(outputs.metrics, {
      values: scoreNeighbours(features, positions, truth, queries, (step) => {
        signal.throwIfAborted();
        progress({ step, total: queries, unit: 'queries' });
      }),
      protocol: {
        type: 'retrieval',
        set: params.set,
        rows: queries,
        gallery: Math.max(0, positions.length - 1),
        split: hidden.origin?.split ?? 0,
        transductive: inputs.features.seen.includes(params.set),
        outside: inputs.features.outside,
        seed: pipelineSeed,
        n: 1,
      },
    });
  },
});
