import { choice, defineStage, integer, number } from '@twoshot/stage';

export default defineStage({
  name: 'infer/knn',
  summary: 'Votes of the nearest labelled rows',
  params: {
    neighbours: integer({ default: 5, minimum: 1, doc: 'labelled rows that vote; cut to their number' }),
    metric: choice(['cosine', 'euclidean'], { default: 'cosine', doc: 'what near means' }),
    weighting: choice(['uniform', 'exp'], {
      default: 'exp',
      doc: 'one vote a neighbour, or exp(similarity / temperature); the similarity is the cosine or minus the squared distance',
    }),
    temperature: number({ default: 0.07, minimum: 0.001, doc: 'of the exponential votes (Wu et al. 2018: 0.07)' }),
  },
  inputs: {
    reference: { kind: 'features', doc: 'rows among which the labelled ones are' },
    query: { kind: 'features', query: true, doc: 'rows to answer' },
    labels: { kind: 'labels', doc: 'the labelled rows' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'answers of the query rows' },
    reference: { kind: 'predictions', from: ['reference', 'labels'], doc: 'answers of the reference rows' },
  },
  engine: true,
  async run({ params, inputs, outputs, progress, signal }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { knnVotes } = await import('@twoshot/fewshot');
    const { readKnownFeatures } = await import('./known-features.js');
    const { labels, reference, query, known, support } = await readKnownFeatures(inputs);
    const { classNames } = labels;
    const { neighbours, metric, weighting, temperature } = params;
    const options = { neighbours, metric, weighting, temperature, classes: classNames.length, signal };
    for (const [port, { rows, matrix }] of [
      ['predictions', query],
      ['reference', reference],
    ] as const) {
      const tell = (step: number, total: number): void => progress({ step, total, phase: port });
      const votes = await knnVotes(support, known.label, matrix, { ...options, weights: known.weight, progress: tell });
      const values = Float32Array.from(votes.data);
      await writePredictions(outputs[port], { rows, classNames, scale: 'probabilities', values });
    }
  },
});
