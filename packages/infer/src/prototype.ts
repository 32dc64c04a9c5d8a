import { choice, defineStage, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transformParam } from './transform-param.js';

export default defineStage({
  name: 'infer/prototype',
  summary: 'Nearest class mean of the labelled rows, centred by all reference rows (SimpleShot)',
  params: {
    transform: transformParam('cl2'),
    metric: choice(['sqeuclidean', 'cosine'], { default: 'cosine', doc: 'similarity of a row to a class mean' }),
    scale: number({ default: 10, minimum: 0, doc: 'scale of the logits before the softmax' }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  async run({ params, inputs, outputs }) {
    const { prototypicalLogits, transformRows } = await import('@twoshot/fewshot');
    const { classMeans, columnMeans, softmaxRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, known, support } = given;
    const { transform, metric, scale } = params;
    const baseMean = columnMeans(reference.matrix);
    const rowsOfClasses = transformRows(support, transform, baseMean);
    const { means } = classMeans(rowsOfClasses, known.label, labels.classNames.length, known.weight);
    await predictRows(outputs, given, ({ matrix }) =>
      softmaxRows(prototypicalLogits(means, transformRows(matrix, transform, baseMean), { metric, scale })),
    );
  },
});
