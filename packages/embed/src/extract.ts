import { defineStage, integer, optional } from '@twoshot/stage';

export default defineStage({
  name: 'embed/extract',
  summary:
    'Extracts features of images with a trained backbone, averaged over image and mirror image where the model allows it',
  params: {
    size: optional(
      integer({ minimum: 4, doc: 'side in pixels' }),
      'side to which the whole image is resampled before the backbone; null for the side of the model, mostly that of the image',
    ),
    batch: integer({ default: 256, minimum: 1, doc: 'images per batch' }),
  },
  inputs: {
    model: { kind: 'model', doc: 'model with a part `backbone`' },
    images: { kind: 'images', doc: 'images, one or more sets', many: true, query: true },
  },
  outputs: { features: { kind: 'features', doc: 'one row per image, in the order of the inputs' } },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run({ params, inputs, outputs, progress, signal }) {
    const { createFeatureWriter } = await import('@twoshot/artifact');
    const { backbonePart, countImages, openModel, streamImageValues } = await import('@twoshot/model');
    const { createEvaluation } = await import('@twoshot/nn');
    const model = await openModel(inputs.model);
    const mode = createEvaluation();
    try {
      const { module: backbone } = model.part('backbone', backbonePart);
      const { dim } = backbone;
      const { sets, total } = await countImages(inputs.images);
      const writer = createFeatureWriter(outputs.features, sets, dim);
      const batches = streamImageValues(inputs.images, total, {
        preparation: model.preparation(),
        model: inputs.model,
        forward: (x) => backbone.forward(x, mode),
        columns: dim,
        size: params.size,
        batch: params.batch,
        progress,
        signal,
      });
      for await (const batch of batches) await writer.write(batch);
      await writer.close();
    } finally {
      mode.dispose();
      model.dispose();
    }
  },
});
