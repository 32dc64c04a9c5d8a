import { choice, defineStage, integer, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';

export default defineStage({
  name: 'infer/knn',
  summary: 'Votes of the nearest labelled rows (k-nearest neighbours)',
  params: {
    neighbours: integer({ default: 5, minimum: 1, doc: 'labelled rows that vote; at most as many as there are' }),
    metric: choice(['cosine', 'euclidean'], { default: 'cosine', doc: 'similarity measure' }),
    weighting: choice(['uniform', 'exp'], {
      default: 'exp',
      doc: 'one vote per neighbour, or exp(similarity / temperature); the similarity is the cosine or the negative squared distance',
    }),
    temperature: number({
      default: 0.07,
      minimum: 0.001,
      doc: 'temperature of the exponential votes (Wu et al. 2018: 0.07)',
    }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  engine: true,
  async run({ params, inputs, outputs, progress, signal }) {
    const { knnVotes } = await import('@twoshot/fewshot');
    const { readKnownFeatures } = await import('./known-features.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, known, support } = given;
    const { neighbours, metric, weighting, temperature } = params;
    const classes = labels.classNames.length;
    const options = { neighbours, metric, weighting, temperature, classes, weights: known.weight, signal };
    await predictRows(outputs, given, ({ matrix }, port) => {
      const tell = (step: number, total: number): void => progress({ step, total, phase: port });
      return knnVotes(support, known.label, matrix, { ...options, progress: tell });
    });
  },
});
