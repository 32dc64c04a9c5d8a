import { choice, defineStage, integer } from '@twoshot/stage';
import { fittedInputs } from './fitted-ports.js';

export default defineStage({
  name: 'ensemble/greedy-selection',
  summary:
    'Weighted mean of the probabilities of the models whose mean is best on labelled rows, selected greedily with repeats',
  params: {
    metric: choice(['nll', 'accuracy'], {
      default: 'nll',
      doc: 'negative log-likelihood, which suits few rows, or accuracy',
    }),
    steps: integer({ default: 20, minimum: 1, doc: 'models to add; one may be added repeatedly' }),
  },
  inputs: fittedInputs,
  outputs: { predictions: { kind: 'predictions', doc: 'probabilities, rows in the order of the first input' } },
  async run({ params, inputs, outputs, log }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { meanProbabilities, selectGreedily } = await import('@twoshot/ensembling');
    const { readFitted } = await import('./read-fitted.js');
    const { fitted, labels, applied } = await readFitted(inputs);
    const { rows, classNames, stack } = applied;
    const { metric, steps } = params;
    const { weights, score } = selectGreedily(fitted, labels, { metric, steps });
    log(
      `weights of the models: ${Array.from(weights, (weight) => weight.toFixed(2)).join(', ')}; ${metric} ${score.toFixed(4)} on ${labels.length} labelled rows`,
    );
    const values = Float32Array.from(meanProbabilities(stack, weights).data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
