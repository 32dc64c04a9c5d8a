import { defineStage, integer, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transformParam } from './transform-param.js';

export default defineStage({
  name: 'infer/tim',
  summary:
    'Class centres that maximise the mutual information of the unlabelled reference rows and their predictions (TIM, closed forms); ignores label weights',
  params: {
    transform: transformParam('l2'),
    temperature: number({ default: 15, minimum: 0.01, doc: 'temperature of the distances (Boudiaf et al. 2020: 15)' }),
    supportWeight: number({
      default: 0.1,
      minimum: 0,
      doc: 'weight of the cross-entropy of labelled rows (paper: 0.1)',
    }),
    marginalWeight: number({
      default: 1,
      minimum: 0,
      doc: 'weight of the entropy of the mean prediction, for balanced classes (paper: 1)',
    }),
    conditionalWeight: number({
      default: 0.1,
      minimum: 0,
      doc: 'weight of the entropy of single predictions, for confident ones (paper: 0.1)',
    }),
    iterations: integer({ default: 150, minimum: 0, doc: 'updates of the centres (paper: 150)' }),
    stepSize: number({ default: 1, minimum: 0, maximum: 1, doc: 'step of the centres towards their closed form' }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, progress, signal }) {
    const { prototypicalLogits, timAdm, transformRows } = await import('@twoshot/fewshot');
    const { columnMeans, selectRows, softmaxRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { findUnlabelled } = await import('./labelled-rows.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, known } = given;
    const { transform, temperature, supportWeight, marginalWeight, conditionalWeight, iterations, stepSize } = params;
    const baseMean = columnMeans(reference.matrix);
    const space = transformRows(reference.matrix, transform, baseMean);
    const unlabelled = findUnlabelled(known, reference.rows, inputs.reference);
    const { prototypes } = await timAdm(selectRows(space, known.position), known.label, selectRows(space, unlabelled), {
      classes: labels.classNames.length,
      temperature,
      supportWeight,
      marginalWeight,
      conditionalWeight,
      iterations,
      stepSize,
      signal,
      progress: (step, total) => progress({ step, total, unit: 'iterations' }),
    });
    await predictRows(outputs, given, ({ matrix }) =>
      softmaxRows(
        prototypicalLogits(prototypes, transformRows(matrix, transform, baseMean), {
          metric: 'sqeuclidean',
          scale: temperature / 2,
        }),
      ),
    );
  },
});
