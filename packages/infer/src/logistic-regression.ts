import { defineStage, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transformParam } from './transform-param.js';

export default defineStage({
  name: 'infer/logistic-regression',
  summary: 'Multinomial logistic regression on the labelled rows; ignores label weights',
  params: {
    transform: transformParam('cl2'),
    C: number({ default: 10, minimum: 1e-6, doc: 'inverse regularisation, as in scikit-learn' }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  async run({ params, inputs, outputs }) {
    const { transformRows } = await import('@twoshot/fewshot');
    const { columnMeans, fitLogistic, predictLogistic } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, known, support } = given;
    const { transform, C } = params;
    const baseMean = columnMeans(reference.matrix);
    const options = { classes: labels.classNames.length, C };
    const model = fitLogistic(transformRows(support, transform, baseMean), known.label, options);
    await predictRows(outputs, given, ({ matrix }) =>
      predictLogistic(model, transformRows(matrix, transform, baseMean)),
    );
  },
});
