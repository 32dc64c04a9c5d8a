import { defineStage, StageInputError, text } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/submission',
  summary:
    'Writes the predictions as one CSV: `id,label` by row of the test file, or `file,label,confidence` for own images',
  params: { set: text({ default: 'test', doc: 'the image set whose predictions are written' }) },
  inputs: {
    predictions: { kind: 'predictions', query: true, doc: 'the final predictions' },
    files: {
      kind: 'files',
      optional: true,
      query: true,
      formerly: 'images',
      doc: 'files of own images; without them rows are known by their index',
    },
  },
  outputs: { csv: { kind: 'submission', doc: '`submission.csv`' } },
  async run({ params, inputs, outputs, log }) {
    const { hardPredictions, noneOfThese, positionsIn, readFiles, readPredictions, writeSubmission } =
      await import('@twoshot/artifact');
    const { competitionCsv, ownImagesCsv } = await import('./submission-csv.js');
    const predictions = await readPredictions(inputs.predictions.path);
    const predicted = hardPredictions(predictions);
    const rows = Array.from(positionsIn(predictions.rows, [params.set]), (row) => ({
      index: predictions.rows.index[row]!,
      ...predicted[row]!,
    })).sort((a, b) => a.index - b.index);
    if (rows.length === 0)
      throw new StageInputError(
        'nothing-predicted',
        `no row of set '${params.set}' is predicted; the predictions are for ${predictions.rows.sets.join(', ') || 'no set'}. Set the param \`set\` to one of these.`,
      );
    const csv =
      inputs.files === null
        ? competitionCsv(rows)
        : ownImagesCsv(rows, params.set, await readFiles(inputs.files.path), predictions.classNames);
    await writeSubmission(outputs.csv, csv);
    const rejected = rows.filter(({ none }) => none).length;
    const written = inputs.files === null ? 'written with their most likely class' : `'${noneOfThese}'`;
    log(
      `${rows.length} rows of ${params.set} written${rejected > 0 ? `, ${rejected} of no class are ${written}` : ''}`,
    );
  },
});
