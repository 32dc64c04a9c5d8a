import { defineStage } from '@twoshot/stage';
import { imageParams } from './image-params.js';

export default defineStage({
  name: 'infer/episodic',
  summary:
    'Classifies images with a head that compares them with labelled ones: Siamese, relation, matching, induction',
  params: imageParams,
  inputs: {
    model: { kind: 'model', doc: 'model with a head that compares' },
    reference: { kind: 'images', doc: 'images that include the labelled ones' },
    query: { kind: 'images', doc: 'images to classify, one or more sets', many: true, query: true },
    labels: { kind: 'labels', doc: 'the labelled images, any number per class' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'predictions for the query images, each independent of the others' },
  },
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
          forward: support.classify,
          columns: labels.classNames.length,
          size,
          batch: Math.min(params.batch, support.maxBatch),
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
