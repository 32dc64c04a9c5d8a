import { defineStage, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/score',
  summary: 'Scores predictions against the hidden labels, with the protocol of the metrics',
  params: { set: text({ default: 'test', doc: 'the image set whose rows are scored' }) },
  inputs: {
    predictions: { kind: 'predictions', doc: 'predictions to score' },
    truth: { kind: 'truth', formerly: 'answers', doc: 'hidden labels; empty if unknown' },
    labels: { kind: 'labels', doc: 'the given labels, for the protocol' },
  },
  outputs: {
    metrics: { kind: 'metrics', shown: true, doc: 'metrics and the confusion matrix; no values without hidden labels' },
  },
  scores: true,
  async run({ params, inputs, outputs, pipelineSeed, log }) {
    const { readLabels, readPredictions, writeMetrics } = await import('@twoshot/artifact');
    const { scorePredictions } = await import('./score-predictions.js');
    const { renumbered, scoredRows } = await import('./scored-rows.js');
    const predictions = await readPredictions(inputs.predictions.path);
    const hidden = await readLabels(inputs.truth.path);
    const labels = await readLabels(inputs.labels.path);
    const { positions, truth } = scoredRows(predictions.rows, hidden, params.set);
    log(`${positions.length} of ${predictions.rows.count} predicted rows have a hidden label in ${params.set}`);
    await writeMetrics(outputs.metrics, {
      ...scorePredictions(predictions, positions, renumbered(truth, hidden.classNames, predictions.classNames)),
      protocol: {
        type: 'classification',
        set: params.set,
        rows: positions.length,
        labelled: labels.rows.count,
        split: hidden.origin?.split ?? labels.origin?.split ?? 0,
        draw: labels.origin?.draw ?? 0,
        seed: pipelineSeed,
        transductive: inputs.predictions.seen.includes(params.set),
        outside: inputs.predictions.outside,
        n: 1,
      },
    });
  },
});
