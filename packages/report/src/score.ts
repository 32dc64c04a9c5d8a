import { defineStage, StageInputError, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/score',
  summary: 'Scores predictions against the hidden answers, with the protocol of the figure',
  params: { set: text({ default: 'test', doc: 'the image set whose rows are scored' }) },
  inputs: {
    predictions: { kind: 'predictions', doc: 'answers to score' },
    answers: { kind: 'answers', doc: 'hidden labels; empty where nobody knows them' },
    labels: { kind: 'labels', doc: 'the given labels, for the protocol' },
  },
  outputs: {
    metrics: { kind: 'metrics', shown: true, doc: 'scores and the confusion matrix; no values without answers' },
  },
  scores: true,
  async run({ params, inputs, outputs, pipelineSeed, log }) {
    const { positionsAmong, readLabels, readPredictions, writeMetrics } = await import('@twoshot/artifact');
    const { scorePredictions } = await import('./score-predictions.js');
    const predictions = await readPredictions(inputs.predictions.path);
    const answers = await readLabels(inputs.answers.path);
    const labels = await readLabels(inputs.labels.path);
    const answerOf = positionsAmong(predictions.rows, answers.rows);
    const scored: number[] = [];
    const truth: number[] = [];
    for (let row = 0; row < predictions.rows.count; row++) {
      const set = predictions.rows.sets[predictions.rows.set[row]!]!;
      const answer = set === params.set ? answerOf[row]! : -1;
      if (answer === -1) continue;
      scored.push(row);
      truth.push(answers.label[answer]!);
    }
    if (scored.length === 0 && answers.rows.count > 0)
      throw new StageInputError(
        'nothing-to-score',
        `no predicted row of set '${params.set}' has an answer; the predictions are of ${predictions.rows.sets.join(', ')}. Set the param \`set\` to one of these.`,
      );
    log(`${scored.length} of ${predictions.rows.count} predicted rows have an answer in ${params.set}`);
    await writeMetrics(outputs.metrics, {
      ...scorePredictions(predictions, scored, truth),
      classNames: predictions.classNames,
      protocol: {
        set: params.set,
        rows: scored.length,
        labelled: labels.rows.count,
        split: answers.origin?.split ?? labels.origin?.split ?? 0,
        draw: labels.origin?.draw ?? 0,
        seed: pipelineSeed,
        transductive: inputs.predictions.seen.includes(params.set),
        n: 1,
      },
    });
  },
});
