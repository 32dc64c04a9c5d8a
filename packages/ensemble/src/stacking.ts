import { defineStage, number } from '@twoshot/stage';
import { fittedInputs } from './fitted-ports.js';

export default defineStage({
  name: 'ensemble/stacking',
  summary: 'Logistic regression on the probabilities of several models, fitted on labelled rows (stacking)',
  params: { C: number({ default: 1, minimum: 1e-6, doc: 'inverse regularisation, as in scikit-learn' }) },
  inputs: fittedInputs,
  outputs: { predictions: { kind: 'predictions', doc: 'probabilities, rows in the order of the first input' } },
  async run({ params, inputs, outputs }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { stackModels } = await import('@twoshot/ensembling');
    const { readFitted } = await import('./read-fitted.js');
    const { fitted, labels, applied } = await readFitted(inputs);
    const { rows, classNames, stack } = applied;
    const { data } = stackModels(fitted, labels, stack, { classes: stack.classes, C: params.C });
    const values = Float32Array.from(data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
