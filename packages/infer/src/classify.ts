import type { tf as TensorFlow } from '@twoshot/engine';
import type { Matrix } from '@twoshot/geometry';
import { choice, defineStage, StageInputError } from '@twoshot/stage';
import type { ImageValues } from '@twoshot/model';
import { imageParams } from './image-params.js';

export default defineStage({
  name: 'infer/classify',
  summary: 'Answers images by the classifier of a model, or by its clustering head whose clusters labels name',
  params: {
    ...imageParams,
    rule: choice(['one-to-one', 'many-to-one'], {
      default: 'one-to-one',
      doc: 'how clusters take their names: every class one cluster, or every cluster its likeliest class; read for a clustering head',
    }),
  },
  inputs: {
    model: { kind: 'model', doc: 'model with a classifier or a clustering head that comes from images' },
    images: { kind: 'images', doc: 'images to answer, one or more sets', many: true, query: true },
    labels: { kind: 'labels', doc: 'what names the clusters; a classifier needs none', optional: true },
    reference: { kind: 'images', doc: 'images that the labels speak of; a classifier needs none', optional: true },
  },
  outputs: { predictions: { kind: 'predictions', doc: 'answers of the images' } },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run(context) {
    const { params, inputs, outputs, seed, log, progress, signal } = context;
    const { labelledAmong, readLabels, writePredictions } = await import('@twoshot/artifact');
    const { tf } = await import('@twoshot/engine');
    const { nameByEvidence, namedProbabilities } = await import('@twoshot/fewshot');
    const { classifierPart, clusteringHeadPart, openModel, outputOf, imageValues } = await import('@twoshot/model');
    const model = await openModel(inputs.model);
    try {
      const name = model.choose([classifierPart, clusteringHeadPart], params.part);
      const { type, gives } = model.parts[name]!;
      const output = outputOf(model, name);
      const options = {
        preparation: model.preparation(),
        model: inputs.model,
        forward: (x: TensorFlow.Tensor4D) =>
          tf.softmax<TensorFlow.Tensor2D>(output(x, { training: false }) as TensorFlow.Tensor2D),
        columns: gives.dim,
        size: params.size,
        batch: params.batch,
        crops: { count: params.crops, area: params.cropArea, seed: () => seed('crops') },
        progress,
        signal,
      };
      if (type === classifierPart.type) {
        const { classNames } = classifierPart.read(model.part(name, classifierPart).architecture);
        const { rows, values } = await imageValues(inputs.images, options);
        await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
        return;
      }
      if (inputs.labels === null || inputs.reference === null)
        throw new StageInputError(
          'no-names',
          `The part '${name}' knows clusters and no classes: wire \`labels\`, and as \`reference\` the images that they speak of.`,
        );
      const labels = await readLabels(inputs.labels.path);
      const reference = await imageValues([inputs.reference], options);
      const known = labelledAmong(labels, reference.rows);
      if (known.label.length === 0)
        throw new StageInputError(
          'no-labelled-row',
          `None of the ${labels.rows.count} labels speaks of an image of ${inputs.reference.from}.`,
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
      const answered = await imageValues(inputs.images, options);
      const values = namedProbabilities(matrixOf(answered), names, classes);
      await writePredictions(outputs.predictions, { rows: answered.rows, classNames, scale: 'probabilities', values });
    } finally {
      model.dispose();
    }
  },
});
