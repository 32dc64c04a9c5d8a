import { choice, defineStage, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transportParams } from './transport-params.js';

export default defineStage({
  name: 'infer/pt-map',
  summary:
    'Optimal transport between the reference rows and moving class centres (PT-MAP); query rows are assigned to the final centres',
  params: {
    transform: choice(['power', 'signed-power', 'none'], {
      default: 'none',
      doc: 'transform of the features: power needs non-negative features; none is better for whitened ones',
    }),
    beta: number({ default: 0.5, minimum: 0.01, doc: 'exponent of the power transforms (Hu et al. 2021: 0.5)' }),
    ...transportParams({ lambda: 10, alpha: 0.2, iterations: 20, source: 'Hu et al. 2021' }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run(context) {
    const { params, inputs } = context;
    const { ptMapSpace } = await import('@twoshot/fewshot');
    const { normaliseRows, subtractFromRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictByTransport } = await import('./transport-predictions.js');
    const given = await readKnownFeatures(inputs);
    const { transform } = params;
    const power = { transform, beta: transform === 'none' ? 1 : params.beta, epsilon: 1e-6 };
    const { unit, mean } = ptMapSpace(given.reference.matrix, power);
    const space = {
      reference: normaliseRows(subtractFromRows(unit, mean)),
      predictions: normaliseRows(subtractFromRows(ptMapSpace(given.query.matrix, power).unit, mean)),
    };
    await predictByTransport(context, given, space);
  },
});
