import { defineStage, integer } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/dawid-skene',
  summary:
    'One vote for each of several predictions of the same rows, each model believed as far as it errs, class by class (Dawid and Skene)',
  params: { iterations: integer({ default: 20, minimum: 0, doc: 'iterations of expectation maximisation' }) },
  // Not a query: the weight of a model depends on all rows.
  inputs: { predictions: { kind: 'predictions', doc: 'predictions for the same rows; at least three', many: true } },
  outputs: { predictions: { kind: 'predictions', doc: 'probabilities, rows in the order of the first input' } },
  async run({ params, inputs, outputs, log }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { dawidSkene, votesOf } = await import('@twoshot/ensembling');
    const { readStack } = await import('./stack-predictions.js');
    const { rows, classNames, stack } = await readStack(inputs.predictions);
    const { models, classes } = stack;
    const { iterations } = params;
    const found = dawidSkene(votesOf(stack), models, { classes, iterations });
    log(`class proportions: ${classNames.map((name, i) => `${name} ${found.priors[i]!.toFixed(3)}`).join(', ')}`);
    const values = Float32Array.from(found.probabilities.data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
