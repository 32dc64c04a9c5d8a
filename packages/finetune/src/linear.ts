import { defineStage, integer, number, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'finetune/linear',
  summary:
    'Fits a linear classifier on frozen features to predictions and given labels, so that a model classifies new images as the predictions do',
  params: {
    penalty: number({
      default: 0.001,
      minimum: 0,
      doc: 'factor of the squared weights, for features that are centred and of mean squared length 1',
    }),
    steps: integer({ default: 200, minimum: 1, doc: 'maximum steps of L-BFGS' }),
  },
  inputs: {
    model: { kind: 'model', doc: 'the model that extracted the features' },
    features: { kind: 'features', doc: 'features of the images that are predicted' },
    predictions: { kind: 'predictions', doc: 'class probabilities to fit to; the surer, the more they count' },
    labels: { kind: 'labels', doc: 'given labels, which replace the predictions of their rows', optional: true },
  },
  outputs: {
    model: { kind: 'model', doc: 'the parts that extract features, and a part `classifier` with its class names' },
  },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run({ params, inputs, outputs, progress, signal, log }) {
    const { readFeatures, readLabels, readPredictions, writeModel } = await import('@twoshot/artifact');
    const { fitSoftLogistic, matrixOf } = await import('@twoshot/geometry');
    const { featuresOf, openModel, savedParts } = await import('@twoshot/model');
    const { linearClassifier } = await import('./linear-classifier.js');
    const { softTargets } = await import('./soft-targets.js');
    const { rows, dim, values } = await readFeatures(inputs.features.path);
    const predictions = await readPredictions(inputs.predictions.path);
    const labels = inputs.labels === null ? null : await readLabels(inputs.labels.path);
    const { classNames, none } = predictions;
    if (labels !== null && labels.classNames.join('\n') !== classNames.join('\n'))
      throw new StageInputError(
        'classes-differ',
        `The predictions have the classes ${classNames.join(', ')}, the labels ${labels.classNames.join(', ')}`,
      );
    const { targets, predicted, labelled } = softTargets(rows, predictions, labels);
    if (predicted + labelled === 0)
      throw new StageInputError(
        'other-rows',
        `None of the ${predictions.rows.count} predictions of ${inputs.predictions.from} is of a row of ${inputs.features.from}. Wire the features of the images that are predicted.`,
      );
    const model = await openModel(inputs.model);
    try {
      const takes = featuresOf(model, dim);
      log(`${rows.count} images, ${predicted} predicted, ${labelled} labelled`);
      const fitted = await fitSoftLogistic(matrixOf(rows.count, dim, values), targets, {
        penalty: params.penalty,
        steps: params.steps,
        progress: (step, total) => progress({ step, total }),
        signal,
      });
      const classifier = linearClassifier(fitted, { takes, classNames, none });
      await writeModel(outputs.model, {
        ...(await savedParts({ ...model.through(takes), classifier })),
        preparation: model.preparation(),
        recipe: {
          stage: 'finetune/linear',
          penalty: params.penalty,
          steps: params.steps,
          predicted,
          labelled,
          outside: inputs.model.outside,
        },
        curves: {},
      });
    } finally {
      model.dispose();
    }
  },
});
