import { choice, defineStage, number } from '@twoshot/stage';

export default defineStage({
  name: 'infer/prototype',
  summary: 'The nearest class mean of the labelled rows, after centring by all reference rows (SimpleShot)',
  params: {
    transform: choice(['none', 'l2', 'cl2'], {
      default: 'cl2',
      doc: 'rows as they are, at unit length, or less the mean of the reference rows and then at unit length',
    }),
    metric: choice(['sqeuclidean', 'cosine'], { default: 'cosine', doc: 'nearness of a row to a class mean' }),
    scale: number({ default: 10, minimum: 0, doc: 'of the logits whose softmax are the probabilities' }),
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
  async run({ params, inputs, outputs }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { prototypicalLogits, transformRows } = await import('@twoshot/fewshot');
    const { classMeans, columnMeans, softmaxRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { labels, reference, query, known, support } = await readKnownFeatures(inputs);
    const { classNames } = labels;
    const { transform, metric, scale } = params;
    const baseMean = columnMeans(reference.matrix);
    const rowsOfClasses = transformRows(support, transform, baseMean);
    const { means } = classMeans(rowsOfClasses, known.label, classNames.length, known.weight);
    for (const [port, { rows, matrix }] of [
      ['predictions', query],
      ['reference', reference],
    ] as const) {
      const logits = prototypicalLogits(means, transformRows(matrix, transform, baseMean), { metric, scale });
      const values = Float32Array.from(softmaxRows(logits).data);
      await writePredictions(outputs[port], { rows, classNames, scale: 'probabilities', values });
    }
  },
});
