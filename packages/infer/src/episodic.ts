import { defineStage } from '@twoshot/stage';
import { imageParams } from './image-params.js';

export default defineStage({
  name: 'infer/episodic',
  summary: 'Answers images by a head that compares them with the labelled ones: Siamese, relation, matching, induction',
  params: imageParams,
  inputs: {
    model: { kind: 'model', doc: 'model with a head that compares' },
    reference: { kind: 'images', doc: 'images among which the labelled ones are' },
    query: { kind: 'images', doc: 'images to answer, one or more sets', many: true, query: true },
    labels: { kind: 'labels', doc: 'the labelled images, any number a class' },
  },
  outputs: { predictions: { kind: 'predictions', doc: 'answers of the query images, each by itself' } },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run(context) {
    const { params, inputs, outputs, seed, progress, signal } = context;
    const { readLabels, writePredictions } = await import('@twoshot/artifact');
    const { inductionPart, matchingPart, openModel, imageValues, relationPart, siamesePart } =
      await import('@twoshot/model');
    const { openSupport } = await import('./support.js');
    const model = await openModel(inputs.model);
    try {
      const name = model.choose([siamesePart, relationPart, matchingPart, inductionPart], params.part);
      const labels = await readLabels(inputs.labels.path);
      const { size } = params;
      const support = await openSupport(model, name, { labels, reference: inputs.reference, from: inputs.model, size });
      try {
        const { rows, values } = await imageValues(inputs.query, {
          preparation: model.preparation(),
          model: inputs.model,
          forward: support.answer,
          columns: labels.classNames.length,
          size,
          batch: Math.min(params.batch, support.most),
          crops: { count: params.crops, area: params.cropArea, seed: () => seed('crops') },
          progress,
          signal,
        });
        await writePredictions(outputs.predictions, {
          rows,
          classNames: labels.classNames,
          scale: support.scale,
          values,
        });
      } finally {
        support.dispose();
      }
    } finally {
      model.dispose();
    }
  },
});
