import type { tf as TensorFlow } from '@twoshot/engine';
import { defineStage, integer, optional } from '@twoshot/stage';

export default defineStage({
  name: 'embed/extract',
  summary: 'Features of images by a trained backbone, the mean of picture and mirror image where that is allowed',
  params: {
    size: optional(
      integer({ minimum: 4, doc: 'side in pixels' }),
      'side to which the whole picture is resampled before the backbone sees it; null for the side that the model takes, its own in most cases',
    ),
    batch: integer({ default: 256, minimum: 1, doc: 'pictures at a time' }),
  },
  inputs: {
    model: { kind: 'model', doc: 'model with a part `backbone`' },
    images: { kind: 'images', doc: 'pictures, one or more sets', many: true, query: true },
  },
  outputs: { features: { kind: 'features', doc: 'one row a picture, in the order of the inputs' } },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  async run({ params, inputs, outputs, progress, signal }) {
    const { streamImages, writeFeatures } = await import('@twoshot/artifact');
    const { backbonePart, openModel, overViews, requireChannels } = await import('@twoshot/model');

    const model = await openModel(inputs.model);
    const { module: backbone } = model.part('backbone', backbonePart);
    const preparation = model.preparation();
    const { size, batch } = params;
    const forward = (x: TensorFlow.Tensor4D): TensorFlow.Tensor2D => backbone.forward(x, { training: false });

    let total = 0;
    for (const { path } of inputs.images) for await (const { count } of streamImages(path)) total += count;
    const rows = { sets: [] as string[], set: new Uint8Array(total), index: new Uint32Array(total) };
    const values = new Float32Array(total * backbone.dim);
    const start = performance.now();
    let done = 0;
    for (const { path } of inputs.images)
      for await (const images of streamImages(path)) {
        requireChannels(preparation, images, inputs.model);
        if (!rows.sets.includes(images.set)) rows.sets.push(images.set);
        rows.set.fill(rows.sets.indexOf(images.set), done, done + images.count);
        rows.index.set(images.index, done);
        for (let from = 0; from < images.count; from += batch) {
          signal.throwIfAborted();
          const to = Math.min(from + batch, images.count);
          values.set(overViews(images, preparation, [from, to], { size, forward }), (done + from) * backbone.dim);
          const rate = ((done + to) * 1000) / (performance.now() - start);
          progress({ step: done + to, total, rate, unit: 'images' });
        }
        done += images.count;
      }
    model.dispose();
    await writeFeatures(outputs.features, { rows: { ...rows, count: total, view: null }, dim: backbone.dim, values });
  },
});
