import { defineStage } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/rank-average',
  summary:
    'Mean rank of each row within each class, over several predictions for the same rows; for models with incomparable probabilities',
  params: {},
  // Not a query: a rank depends on the other rows.
  inputs: { predictions: { kind: 'predictions', doc: 'predictions for the same rows', many: true } },
  outputs: { predictions: { kind: 'predictions', doc: 'scores: 1 for the most likely row of a class' } },
  async run({ inputs, outputs }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { rankAverage } = await import('@twoshot/ensembling');
    const { readStack } = await import('./stack-predictions.js');
    const { rows, classNames, stack } = await readStack(inputs.predictions);
    const values = Float32Array.from(rankAverage(stack).data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'scores', values });
  },
});
