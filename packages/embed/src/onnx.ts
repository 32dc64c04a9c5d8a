import { basename } from 'node:path';
import { choice, defineStage, externalPath, flag, integer, numbers, optional, text } from '@twoshot/stage';
import { runtimeFolder } from './onnx/install-runtime.js';
import { presets } from './onnx/presets.js';

export default defineStage({
  name: 'embed/onnx',
  summary: 'Extracts features of images with an image encoder in an ONNX file, such as DINOv2, CLIP or SSCD',
  params: {
    path: externalPath({ doc: 'ONNX file, or a folder with one and its external data' }),
    preset: choice(['imagenet', 'clip', 'dinov2', 'siglip', 'sscd'], {
      default: 'imagenet',
      doc: 'family of the encoder, which says what `pixels`, `size` and `pool` are by default',
    }),
    size: optional(
      integer({ minimum: 8, maximum: 2048, doc: 'side in pixels' }),
      'side to which the whole image is resampled; null for that of the file if it has one, else of the preset: 288 of sscd, else 224',
    ),
    layout: optional(
      choice(['nchw', 'nhwc'], { doc: 'order of the dimensions' }),
      'whether channels come before or after height and width; null for what the shape of the input says',
    ),
    pixels: optional(
      choice(['imagenet', 'clip', 'inception', 'unit', 'bytes'], { doc: 'scale' }),
      'scale of the pixels: by mean and deviation of ImageNet or of CLIP, inception from -1 to 1, unit from 0 to 1, bytes from 0 to 255; null for that of the preset',
    ),
    mean: optional(
      numbers({ doc: 'one number per channel' }),
      'mean of each channel for pixels from 0 to 1, in place of that of `pixels`',
    ),
    std: optional(
      numbers({ minimum: 1e-6, doc: 'one number per channel' }),
      'standard deviation of each channel, in place of that of `pixels`',
    ),
    output: optional(
      text({ doc: 'name of an output' }),
      'output that is the features; null for the only one, or one named like image_embeds or pooler_output',
    ),
    pool: optional(
      choice(['first', 'mean'], { doc: 'how tokens become one row' }),
      'features from an output of one row per token: the first (the class token), or the mean; null for what the preset says',
    ),
    mirror: flag({ default: false, doc: 'average image and mirror image, at twice the time' }),
    batch: integer({ default: 8, minimum: 1, doc: 'images per batch, where the file does not say how many' }),
    runtime: choice(['auto', 'native', 'wasm'], {
      default: 'auto',
      doc: 'auto: the native library where there is one for this system, else WebAssembly',
    }),
  },
  inputs: { images: { kind: 'images', doc: 'images, one or more sets', many: true, query: true } },
  outputs: { features: { kind: 'features', doc: 'one row per image, in the order of the inputs' } },
  outside: ({ path }) => `${basename(path)} (an ONNX file)`,
  installs: runtimeFolder,
  resources: { threads: 'all', memory: 3072 },
  async run({ params, inputs, outputs, threads, progress, log, signal }) {
    const { readEncoderFile } = await import('./onnx/encoder-file.js');
    const { extractFeatures } = await import('./onnx/extract-features.js');
    const { imageInputOf } = await import('./onnx/image-input.js');
    const { installRuntime } = await import('./onnx/install-runtime.js');
    const { outputOf } = await import('./onnx/feature-output.js');
    const { loadRuntime, openSession } = await import('./onnx/open-session.js');
    const { scaleOf } = await import('./onnx/presets.js');
    const { kindHere } = await import('./onnx/runtime-packages.js');
    const preset = presets[params.preset];
    const scale = scaleOf(params.pixels ?? preset.pixels, params);
    const file = await readEncoderFile(params.path);
    const kind = params.runtime === 'auto' ? kindHere() : params.runtime;
    const runtime = await loadRuntime(kind, await installRuntime(kind, { log, signal }));
    const session = await openSession(runtime, kind, file, threads);
    try {
      const wish = { size: params.size, usual: preset.size, layout: params.layout };
      const input = imageInputOf(session, wish, file.path);
      const output = outputOf(session, params.output, file.path);
      log(`${basename(file.path)}: images of ${input.size} pixels (${input.layout}), features from '${output}'`);
      const encoder = { runtime, session, file: file.path, input, output, scale, pooling: params.pool ?? preset.pool };
      const { mirror, batch } = params;
      await extractFeatures(encoder, inputs.images, outputs.features, { mirror, batch, progress, signal });
    } finally {
      await session.release();
    }
  },
});
