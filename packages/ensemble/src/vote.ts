import { defineStage } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/vote',
  summary: 'One vote per input for the same rows; ties go to the larger mean probability',
  params: {},
  inputs: { predictions: { kind: 'predictions', doc: 'predictions for the same rows', many: true, query: true } },
  outputs: {
    predictions: { kind: 'predictions', doc: 'fractions of the votes, rows in the order of the first input' },
  },
  async run({ inputs, outputs }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { voteShares } = await import('@twoshot/ensembling');
    const { readStack } = await import('./stack-predictions.js');
    const { rows, classNames, stack } = await readStack(inputs.predictions);
    const values = Float32Array.from(voteShares(stack).data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
