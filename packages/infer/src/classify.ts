import type { tf as TensorFlow } from '@twoshot/engine';
import type { Matrix } from '@twoshot/geometry';
import { choice, defineStage, StageInputError } from '@twoshot/stage';
import type { ImageValues } from '@twoshot/model';
import { imageParams } from './image-params.js';

export default defineStage({
  name: 'infer/classify',
  summary:
    'Classifies images with the classifier of a model, or with its clustering head, whose clusters are named by labels',
  params: {
    ...imageParams,
    rule: choice(['one-to-one', 'many-to-one'], {
      default: 'one-to-one',
      doc: 'how clusters are named: one cluster per class, or each cluster by its most likely class; only for clustering heads',
    }),
  },
  inputs: {
    model: { kind: 'model', doc: 'model with a classifier or a clustering head that comes from images' },
    images: { kind: 'images', doc: 'images to classify, one or more sets', many: true, query: true },
    labels: { kind: 'labels', doc: 'labels that name the clusters; not needed by a classifier', optional: true },
    reference: { kind: 'images', doc: 'the labelled images; not needed by a classifier', optional: true },
  },
  outputs: { predictions: { kind: 'predictions', doc: 'predictions for the images' } },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run(context) {
    const { params, inputs, outputs, seed, log, progress, signal } = context;
    const { labelledAmong, readLabels, writePredictions } = await import('@twoshot/artifact');
    const { tf } = await import('@twoshot/engine');
    const { nameByEvidence, namedProbabilities } = await import('@twoshot/fewshot');
    const { classifierOutputs, classifierPart, clusteringHeadPart, imageValues, openModel, outputOf, predictionsOf } =
      await import('@twoshot/model');
    const { createEvaluation } = await import('@twoshot/nn');
    const model = await openModel(inputs.model);
    const mode = createEvaluation();
    try {
      const name = model.choose([classifierPart, clusteringHeadPart], params.part);
      const { type, gives } = model.parts[name]!;
      const output = outputOf(model, name);
      const options = {
        preparation: model.preparation(),
        model: inputs.model,
        forward: (x: TensorFlow.Tensor4D) => tf.softmax<TensorFlow.Tensor2D>(output(x, mode) as TensorFlow.Tensor2D),
        columns: gives.dim,
        size: params.size,
        batch: params.batch,
        crops: { count: params.crops, area: params.cropArea, seed: () => seed('crops') },
        progress,
        signal,
      };
      if (type === classifierPart.type) {
        const { rows, values } = await imageValues(inputs.images, options);
        await writePredictions(outputs.predictions, predictionsOf(classifierOutputs(model, name), rows, values));
        return;
      }
      if (inputs.labels === null || inputs.reference === null)
        throw new StageInputError(
          'no-names',
          `The part '${name}' predicts clusters, not classes: wire \`labels\`, and the labelled images as \`reference\`.`,
        );
      const labels = await readLabels(inputs.labels.path);
      const reference = await imageValues([inputs.reference], options);
      const known = labelledAmong(labels, reference.rows);
      if (known.label.length === 0)
        throw new StageInputError(
          'no-labelled-row',
          `None of the ${labels.rows.count} labels is of an image of ${inputs.reference.from}.`,
        );
      const { classNames } = labels;
      const classes = classNames.length;
      const matrixOf = ({ rows, values }: ImageValues): Matrix => ({
        rows: rows.count,
        columns: gives.dim,
        data: values,
      });
      const names = nameByEvidence({ memberships: matrixOf(reference), ...known }, { rule: params.rule, classes });
      log(`clusters: ${[...names].map((one) => (one < 0 ? '(none)' : classNames[one])).join(', ')}`);
      const predicted = await imageValues(inputs.images, options);
      const values = namedProbabilities(matrixOf(predicted), names, classes);
      await writePredictions(outputs.predictions, { rows: predicted.rows, classNames, scale: 'probabilities', values });
    } finally {
      mode.dispose();
      model.dispose();
    }
  },
});
