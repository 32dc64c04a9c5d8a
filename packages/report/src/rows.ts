import { defineStage, text } from '@twoshot/stage';

export default defineStage({
  name: 'report/rows',
  summary: 'Writes each predicted row beside its true class as CSV: `set,index,truth,predicted,confidence`',
  params: { set: text({ default: 'test', doc: 'the image set whose rows are written' }) },
  inputs: {
    predictions: { kind: 'predictions', doc: 'predictions to compare with the hidden labels' },
    truth: { kind: 'truth', doc: 'hidden labels' },
  },
  outputs: {
    csv: { kind: 'submission', doc: 'a line for each row whose true class is known, in the order of the rows' },
  },
  scores: true,
  async run({ params, inputs, outputs, log }) {
    const { answerName, csvField, csvName, hardPredictions, readLabels, readPredictions, writeSubmission } =
      await import('@twoshot/artifact');
    const { scoredRows } = await import('./scored-rows.js');
    const predictions = await readPredictions(inputs.predictions.path);
    const hidden = await readLabels(inputs.truth.path);
    const { positions, truth } = scoredRows(predictions.rows, hidden, params.set);
    const answers = hardPredictions(predictions);
    const lines = positions.map((row, at) => {
      const answer = answers[row]!;
      return [
        csvField(params.set),
        predictions.rows.index[row]!,
        csvName(hidden.classNames[truth[at]!]!),
        csvName(answerName(answer, predictions.classNames)),
        answer.confidence.toFixed(4),
      ].join(',');
    });
    await writeSubmission(outputs.csv, `${['set,index,truth,predicted,confidence', ...lines].join('\n')}\n`);
    log(`${lines.length} of ${predictions.rows.count} predicted rows have a hidden label in ${params.set}`);
  },
});
