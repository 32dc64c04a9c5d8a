import { choice, defineStage } from '@twoshot/stage';

export default defineStage({
  name: 'augment/channels',
  summary: 'Adds edges and a foreground mask to RGB images: five channels',
  params: {
    polarity: choice(['auto', 'bright', 'dark'], {
      default: 'auto',
      doc: 'polarity of the foreground; auto: the border of an image is background',
    }),
    connectivity: choice(['4', '8'], {
      default: '8',
      doc: 'pixels that count as adjacent: by sides, or also by corners',
    }),
  },
  inputs: { images: { kind: 'images', query: true, doc: 'RGB images' } },
  outputs: { images: { kind: 'images', doc: 'the images with red, green, blue, edges and mask' } },
  async run({ params, inputs, outputs, progress, signal }) {
    const { createImageWriter, streamImages } = await import('@twoshot/artifact');
    const { withEdgesAndMask } = await import('./extra-channels.js');
    const options = { polarity: params.polarity, connectivity: params.connectivity === '4' ? 4 : 8 } as const;
    let writer: ReturnType<typeof createImageWriter> | null = null;
    let done = 0;
    for await (const batch of streamImages(inputs.images.path)) {
      signal.throwIfAborted();
      const extended = withEdgesAndMask(batch, options);
      writer ??= createImageWriter(outputs.images, extended);
      await writer.write(extended);
      done += batch.count;
      progress({ step: done, total: done, unit: 'images' });
    }
    await writer?.close();
  },
});
