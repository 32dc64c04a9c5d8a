import { choice, defineStage, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';
import { transportParams } from './transport-params.js';

export default defineStage({
  name: 'infer/ot-mapping',
  summary:
    'Optimal transport to classes in a space where rows keep part of their norm (optimal-transport mapping of Chobola et al.)',
  params: {
    transform: choice(['power', 'signed-power', 'none'], {
      default: 'signed-power',
      doc: 'transform of the features: power needs non-negative features, for which signed-power is identical',
    }),
    beta: number({ default: 0.5, minimum: 0.01, doc: 'exponent of the power transforms' }),
    delta: number({
      default: 0.9,
      minimum: 0,
      doc: 'exponent: rows are divided by their norm to this power before centring',
    }),
    gamma: number({ default: 0.9, minimum: 0, doc: 'exponent: the same after centring' }),
    ...transportParams({ lambda: 10, alpha: 0.2, iterations: 20, source: 'Hu et al. 2021' }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run(context) {
    const { params, inputs } = context;
    const { latentSpace } = await import('@twoshot/fewshot');
    const { normaliseRows, subtractFromRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictByTransport } = await import('./transport-predictions.js');
    const given = await readKnownFeatures(inputs);
    const { transform, delta, gamma } = params;
    const power = { transform, beta: transform === 'none' ? 1 : params.beta, delta, epsilon: 1e-6 };
    const { scaled, mean } = latentSpace(given.reference.matrix, power);
    const space = {
      reference: normaliseRows(subtractFromRows(scaled, mean), gamma),
      predictions: normaliseRows(subtractFromRows(latentSpace(given.query.matrix, power).scaled, mean), gamma),
    };
    await predictByTransport(context, given, space);
  },
});
