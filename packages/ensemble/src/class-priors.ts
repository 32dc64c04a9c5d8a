import { defineStage, integer, numbers, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/class-priors',
  summary:
    'Probabilities adjusted to the shares of the classes among the answered rows, which are estimated from them (Saerens et al.)',
  params: {
    trainShares: numbers({
      default: [],
      minimum: 0,
      doc: 'shares of the classes under which the probabilities were made; empty for even ones, which two labels a class give',
    }),
    iterations: integer({ default: 20, minimum: 1, doc: 'rounds of expectation maximisation' }),
  },
  // No query: the shares depend on all rows.
  inputs: { predictions: { kind: 'predictions', doc: 'predictions of all rows whose shares are meant' } },
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
    log(`shares of the classes: ${classNames.map((name, i) => `${name} ${found.priors[i]!.toFixed(3)}`).join(', ')}`);
    const values = Float32Array.from(found.probabilities.data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
