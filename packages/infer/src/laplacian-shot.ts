import { defineStage, integer, number, StageInputError } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transformParam } from './transform-param.js';

export default defineStage({
  name: 'infer/laplacian-shot',
  summary:
    'Distance to the class means, smoothed over the nearest reference rows (LaplacianShot); query rows are smoothed over reference rows only',
  params: {
    transform: transformParam('cl2'),
    lambda: number({ default: 0.7, minimum: 0, doc: 'weight of the neighbours (Ziko et al. 2020: 0.1 to 1.5)' }),
    neighbours: integer({ default: 3, minimum: 1, doc: 'nearest reference rows of each row (Ziko et al. 2020: 3)' }),
    iterations: integer({ default: 20, minimum: 0, doc: 'bound updates (Ziko et al. 2020: 20)' }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, progress, signal }) {
    const { laplacianPredictions, laplacianShot, transformRows } = await import('@twoshot/fewshot');
    const { classMeans, columnMeans, selectRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, query, known } = given;
    const { transform, lambda, neighbours, iterations } = params;
    if (reference.rows.count <= neighbours)
      throw new StageInputError(
        'too-few-rows',
        `${neighbours} neighbours need more than ${neighbours} rows, ${inputs.reference.from} has ${reference.rows.count}. Wire more rows as reference or lower the param \`neighbours\`.`,
      );
    const baseMean = columnMeans(reference.matrix);
    const space = transformRows(reference.matrix, transform, baseMean);
    const support = selectRows(space, known.position);
    const { means } = classMeans(support, known.label, labels.classNames.length, known.weight);
    const prototypes = { ...means, data: Float32Array.from(means.data) };
    const tell = (phase: string) => (step: number, total: number) => progress({ step, total, phase });
    const options = { lambda, neighbours, signal };
    const { assignment } = await laplacianShot(prototypes, space, {
      ...options,
      iterations,
      progress: tell('neighbours'),
    });
    const asked = transformRows(query.matrix, transform, baseMean);
    const predicted = await laplacianPredictions(prototypes, asked, space, assignment, {
      ...options,
      progress: tell('query'),
    });
    await predictRows(outputs, given, (_, port) => (port === 'reference' ? assignment : predicted));
  },
});
