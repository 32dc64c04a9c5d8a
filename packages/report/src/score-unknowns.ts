import { defineStage, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/score-unknowns',
  summary: 'Scores how well low confidence, or the answer `none of these`, detects rows of unknown classes',
  params: { set: text({ default: 'test', doc: 'the image set whose rows are scored' }) },
  inputs: {
    predictions: { kind: 'predictions', doc: 'predictions whose confidence is scored' },
    truth: {
      kind: 'truth',
      formerly: 'answers',
      doc: 'hidden labels; classes that the predictions lack are unknown',
    },
    labels: { kind: 'labels', doc: 'the given labels, for the protocol' },
  },
  outputs: {
    metrics: {
      kind: 'metrics',
      shown: true,
      doc: 'area under the ROC curve, with unknown rows as positives; precision and recall of the rejected rows where predictions may answer `none of these`; no values unless there are rows of both sorts',
    },
  },
  scores: true,
  async run({ params, inputs, outputs, pipelineSeed, log, warn }) {
    const { hardPredictions, readLabels, readPredictions, writeMetrics } = await import('@twoshot/artifact');
    const { areaUnderRoc } = await import('@twoshot/evaluate');
    const { scoreRejections } = await import('./score-rejections.js');
    const { renumbered, scoredRows } = await import('./scored-rows.js');
    const predictions = await readPredictions(inputs.predictions.path);
    const hidden = await readLabels(inputs.truth.path);
    const labels = await readLabels(inputs.labels.path);
    const { positions, truth } = scoredRows(predictions.rows, hidden, params.set);
    const ownTruth = renumbered(truth, hidden.classNames, predictions.classNames);
    const isUnknown: number[] = ownTruth.map((label) => (label === -1 ? 1 : 0));
    const unknown = isUnknown.filter((one) => one === 1).length;
    log(`${unknown} of ${positions.length} scored rows are of a class that the predictions lack`);
    const comparable = unknown > 0 && unknown < positions.length;
    if (!comparable && positions.length > 0)
      warn(
        `${unknown} of ${positions.length} rows of ${params.set} are of unknown classes: there is nothing to detect`,
      );
    const { none } = predictions;
    const all = hardPredictions(predictions);
    const doubt = positions.map((row) => none?.probability[row] ?? -all[row]!.confidence);
    const rejections = none === undefined ? {} : scoreRejections(predictions, positions, ownTruth);
    await writeMetrics(outputs.metrics, {
      values: comparable ? { areaUnderRoc: areaUnderRoc(doubt, isUnknown), ...rejections } : {},
      protocol: {
        type: 'detection',
        set: params.set,
        rows: positions.length,
        unknown,
        labelled: labels.rows.count,
        split: hidden.origin?.split ?? labels.origin?.split ?? 0,
        draw: labels.origin?.draw ?? 0,
        transductive: inputs.predictions.seen.includes(params.set),
        outside: inputs.predictions.outside,
        seed: pipelineSeed,
        n: 1,
      },
    });
  },
});
