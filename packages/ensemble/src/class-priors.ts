import { defineStage, integer, numbers, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/class-priors',
  summary:
    'Probabilities adjusted to the class proportions of the predicted rows, which are estimated from them (Saerens et al.)',
  params: {
    trainShares: numbers({
      default: [],
      minimum: 0,
      doc: 'class proportions of the training rows; empty for even ones, as with two labels per class',
    }),
    iterations: integer({ default: 20, minimum: 1, doc: 'iterations of expectation maximisation' }),
  },
  // Not a query: the proportions depend on all rows.
  inputs: { predictions: { kind: 'predictions', doc: 'predictions for all rows whose class proportions matter' } },
  outputs: { predictions: { kind: 'predictions', doc: 'probabilities of the same rows' } },
  async run({ params, inputs, outputs, log }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { estimatePriors } = await import('@twoshot/ensembling');
    const { readStack } = await import('./stack-predictions.js');
    const { rows, classNames, stack } = await readStack([inputs.predictions]);
    const { trainShares, iterations } = params;
    const shares = trainShares.length === 0 ? classNames.map(() => 1) : trainShares;
    if (shares.length !== classNames.length || shares.some((share) => share === 0))
      throw new StageInputError(
        'wrong-shares',
        `\`trainShares\` needs ${classNames.length} numbers above 0 (of ${classNames.join(', ')}), got [${shares.join(', ')}]`,
      );
    const total = shares.reduce((sum, share) => sum + share, 0);
    const probabilities = { rows: rows.count, columns: classNames.length, data: stack.data };
    const trainPriors = shares.map((share) => share / total);
    const found = estimatePriors(probabilities, trainPriors, { iterations });
    log(`class proportions: ${classNames.map((name, i) => `${name} ${found.priors[i]!.toFixed(3)}`).join(', ')}`);
    const values = Float32Array.from(found.probabilities.data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
