import { defineStage, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transformParam } from './transform-param.js';

export default defineStage({
  name: 'infer/matching',
  summary:
    'Attention over all labelled rows by cosine (matching networks without context embeddings); ignores label weights',
  params: {
    transform: transformParam('cl2'),
    temperature: number({
      default: 1,
      minimum: 0.001,
      doc: 'temperature of the cosines; lower attends to fewer rows (Vinyals et al. 2016: 1)',
    }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  async run({ params, inputs, outputs }) {
    const { matchingAttention, transformRows } = await import('@twoshot/fewshot');
    const { columnMeans } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, known, support } = given;
    const { transform, temperature } = params;
    const baseMean = columnMeans(reference.matrix);
    const rows = transformRows(support, transform, baseMean);
    const options = { classes: labels.classNames.length, temperature };
    await predictRows(
      outputs,
      given,
      ({ matrix }) =>
        matchingAttention(rows, known.label, transformRows(matrix, transform, baseMean), options).probabilities,
    );
  },
});
