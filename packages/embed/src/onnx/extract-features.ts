import { createFeatureWriter, type FeatureWriter, type Images, streamImages } from '@twoshot/artifact';
import { countImages } from '@twoshot/model';
import { type InputArtifact, type Progress, StageInputError } from '@twoshot/stage';
import { plainViews } from '@twoshot/views';
import type { InferenceSession } from 'onnxruntime-common';
import { featuresOf, type Pooling } from './feature-output.js';
import { arranged, dimsOf, type ImageInput } from './image-input.js';
import { type Runtime, wordsOf } from './open-session.js';
import type { PixelScale } from './presets.js';

/** An encoder that is open, and how images go in and features come out. */
export interface Encoder {
  readonly runtime: Runtime;
  readonly session: InferenceSession;
  /** For messages. */
  readonly file: string;
  readonly input: ImageInput;
  readonly output: string;
  readonly scale: PixelScale;
  readonly pooling: Pooling;
}

export interface Extraction {
  /** Average image and mirror image. */
  readonly mirror: boolean;
  readonly batch: number;
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/**
 * Streams images through an encoder and writes their features as they come, so that memory does not grow with the number
 * of images.
 *
 * @throws StageInputError `encoder-channels`, `encoder-failed`, `encoder-output`
 */
export async function extractFeatures(
  encoder: Encoder,
  inputs: readonly InputArtifact[],
  output: string,
  { mirror, batch: asked, progress, signal }: Extraction,
): Promise<void> {
  const batch = encoder.input.batch ?? asked;
  const { sets, total } = await countImages(inputs);
  if (total === 0) throw new StageInputError('no-image', 'expected images to extract features of, found none');
  let writer: FeatureWriter | null = null;
  const start = performance.now();
  let done = 0;
  for (const { path } of inputs)
    for await (const images of streamImages(path)) {
      requireColours(images, encoder.file);
      for (let from = 0; from < images.count; from += batch) {
        signal.throwIfAborted();
        const to = Math.min(from + batch, images.count);
        const straight = await forward(encoder, images, [from, to], false);
        const both = mirror ? await forward(encoder, images, [from, to], true) : null;
        const values =
          both === null ? straight.values : straight.values.map((value, at) => (value + both.values[at]!) / 2);
        writer ??= createFeatureWriter(output, sets, straight.dim);
        await writer.write({ set: images.set, index: images.index.subarray(from, to), values });
        done += to - from;
        progress({ step: done, total, throughput: (done * 1000) / (performance.now() - start), unit: 'images' });
      }
    }
  await writer?.close();
}

function requireColours({ channels }: Images, file: string): void {
  if (channels !== 3)
    throw new StageInputError('encoder-channels', `the encoder takes images of 3 channels, these have ${channels}`, {
      file,
    });
}

/** Features of the images at positions [from, to). */
async function forward(
  { runtime, session, file, input, output, scale, pooling }: Encoder,
  images: Images,
  [from, to]: readonly [number, number],
  mirrored: boolean,
): Promise<{ readonly dim: number; readonly values: Float32Array }> {
  const pixels = arranged(plainViews(images, { size: input.size, normalise: scale, mirrored }, [from, to]), input);
  // A file of a fixed number of images takes the last ones with empty ones.
  const count = input.batch ?? to - from;
  const tensor = new runtime.Tensor(
    'float32',
    filled(pixels, (pixels.length / (to - from)) * count),
    dimsOf(count, input),
  );
  let results: InferenceSession.ReturnType;
  try {
    results = await session.run({ [input.name]: tensor }, [output]);
  } catch (error) {
    const message = `onnxruntime failed on ${count} images of ${input.size} pixels: ${wordsOf(error)}; if the encoder takes another size, set \`size\``;
    throw new StageInputError('encoder-failed', message, { file });
  }
  const features = featuresOf(results[output]!, { name: output, count, pooling, layout: input.layout }, file);
  return { dim: features.dim, values: features.values.slice(0, (to - from) * features.dim) };
}

function filled(pixels: Float32Array, length: number): Float32Array {
  if (pixels.length === length) return pixels;
  const full = new Float32Array(length);
  full.set(pixels);
  return full;
}
