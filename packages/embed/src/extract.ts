import type { Images } from '@twoshot/artifact';
import type { tf as TensorFlow } from '@twoshot/engine';
import { defineStage, integer, optional } from '@twoshot/stage';
import { readViewRecipe } from './view-recipe.js';

export default defineStage({
  name: 'embed/extract',
  summary: 'Features of images by a trained backbone, the mean of picture and mirror image where that is allowed',
  params: {
    size: optional(
      integer({ minimum: 4, doc: 'side in pixels' }),
      'side to which the whole picture is resampled before the backbone sees it; null for its own side',
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
    const { readModel, streamImages, writeFeatures } = await import('@twoshot/artifact');
    const { tf } = await import('@twoshot/engine');
    const { createBackbone, disposeModule, loadWeights, readBackboneArchitecture, unfilled } =
      await import('@twoshot/nn');
    const { plainViews } = await import('@twoshot/views');

    const model = await readModel(inputs.model.path);
    const backbone = createBackbone(readBackboneArchitecture(model.architecture), unfilled);
    loadWeights(backbone, model.weights, 'backbone');
    const { mirror, normalise } = readViewRecipe(model.recipe);
    const { size, batch } = params;

    const pass = (images: Images, [from, to]: [number, number], mirrored: boolean): TensorFlow.Tensor2D => {
      const side = size ?? images.height;
      const pixels = plainViews(images, { size: side, normalise, mirrored }, [from, to]);
      return backbone.forward(tf.tensor4d(pixels, [to - from, side, side, images.channels]), { training: false });
    };
    const featuresOf = (images: Images, range: [number, number]): Float32Array => {
      // No array leaves the tidy, which would look through all of its numbers for tensors.
      const features = tf.tidy(() =>
        mirror
          ? pass(images, range, false)
              .add<TensorFlow.Tensor2D>(pass(images, range, true))
              .mul<TensorFlow.Tensor2D>(0.5)
          : pass(images, range, false),
      );
      const values = features.dataSync<'float32'>();
      features.dispose();
      return values;
    };

    let total = 0;
    for (const { path } of inputs.images) for await (const { count } of streamImages(path)) total += count;
    const rows = { sets: [] as string[], set: new Uint8Array(total), index: new Uint32Array(total) };
    const values = new Float32Array(total * backbone.dim);
    const start = performance.now();
    let done = 0;
    for (const { path } of inputs.images)
      for await (const images of streamImages(path)) {
        if (!rows.sets.includes(images.set)) rows.sets.push(images.set);
        rows.set.fill(rows.sets.indexOf(images.set), done, done + images.count);
        rows.index.set(images.index, done);
        for (let from = 0; from < images.count; from += batch) {
          signal.throwIfAborted();
          const to = Math.min(from + batch, images.count);
          values.set(featuresOf(images, [from, to]), (done + from) * backbone.dim);
          const rate = ((done + to) * 1000) / (performance.now() - start);
          progress({ step: done + to, total, rate, unit: 'images' });
        }
        done += images.count;
      }
    disposeModule(backbone);
    await writeFeatures(outputs.features, { rows: { ...rows, count: total, view: null }, dim: backbone.dim, values });
  },
});
