import { defineStage } from '@twoshot/stage';
import { subsetPort } from './subset-port.js';

export default defineStage({
  name: 'subset/images',
  summary: 'Keeps the images in a subset, in their original order',
  params: {},
  inputs: { images: { kind: 'images', query: true, doc: 'images of one set' }, subset: subsetPort },
  outputs: { images: { kind: 'images', doc: 'those in the subset' } },
  async run({ inputs, outputs, log, progress, signal }) {
    const { createImageWriter, readSubset, streamImages } = await import('@twoshot/artifact');
    const { imagesIn, reportChosen } = await import('./chosen.js');
    const { selectImages } = await import('./select-images.js');
    const subset = await readSubset(inputs.subset.path);
    let writer: ReturnType<typeof createImageWriter> | null = null;
    let [kept, found, count, set] = [0, 0, 0, ''];
    let wanted: ReadonlyMap<number, number> = new Map();
    for await (const batch of streamImages(inputs.images.path)) {
      signal.throwIfAborted();
      if (writer === null) {
        ({ set } = batch);
        wanted = imagesIn(subset, set);
        writer = createImageWriter(outputs.images, batch);
      }
      const chosen = selectImages(batch, wanted);
      if (chosen.count > 0) await writer.write(chosen);
      kept += chosen.count;
      for (const index of chosen.index) found += wanted.get(index)!;
      count += batch.count;
      progress({ step: count, total: count, unit: 'images' });
    }
    await writer?.close();
    const choosing = { subset, inputs: { subset: inputs.subset, of: inputs.images }, log };
    reportChosen(choosing, { kept, found, count, sets: [set] });
  },
});
