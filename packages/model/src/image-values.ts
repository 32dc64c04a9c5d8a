import { type Images, type Preparation, type Rows, streamImages } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import type { InputArtifact, Progress } from '@twoshot/stage';
import { createViews, type Policy } from '@twoshot/views';
import { overViews, requireChannels } from './preparation.js';

export interface ImageOptions {
  readonly preparation: Preparation;
  /** Of the model, for a message. */
  readonly model: { readonly from: string };
  /** [batch, side, side, channels] to [batch, columns] */
  readonly forward: (x: tf.Tensor4D) => tf.Tensor2D;
  readonly columns: number;
  /** Side in pixels; null for that of the model. */
  readonly size: number | null;
  readonly batch: number;
  /** Random crops of each image whose values are averaged with those of the whole image. */
  readonly crops?: { readonly count: number; readonly area: number; readonly seed: () => number };
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Output of a network for images, by row. */
export interface ImageValues {
  readonly rows: Rows;
  /** [rows, columns] */
  readonly values: Float32Array;
}

/** Output of a network for some images of one set. */
export interface ImageValuesBatch {
  readonly set: string;
  /** [count] */
  readonly index: Uint32Array;
  /** [count, columns] */
  readonly values: Float32Array;
}

/** The sets of some images, in their order, and how many images there are. */
export async function countImages(
  inputs: readonly InputArtifact[],
): Promise<{ readonly sets: readonly string[]; readonly total: number }> {
  const sets: string[] = [];
  let total = 0;
  for (const { path } of inputs)
    for await (const { set, count } of streamImages(path)) {
      if (!sets.includes(set)) sets.push(set);
      total += count;
    }
  return { sets, total };
}

/**
 * Streams images through a network, with memory that does not grow with their number; averages image, mirror image where
 * allowed, and crops.
 *
 * @param total number of the images, for progress
 */
export async function* streamImageValues(
  inputs: readonly InputArtifact[],
  total: number,
  options: ImageOptions,
): AsyncGenerator<ImageValuesBatch, void, undefined> {
  const { preparation, model, forward, size, batch, crops = noCrops, progress, signal } = options;
  const start = performance.now();
  let done = 0;
  for (const { path } of inputs)
    for await (const images of streamImages(path)) {
      requireChannels(preparation, images, model);
      for (let from = 0; from < images.count; from += batch) {
        signal.throwIfAborted();
        const range = [from, Math.min(from + batch, images.count)] as const;
        const own = overViews(images, preparation, range, { size, forward });
        const values =
          crops.count === 0 ? own : averaged(own, await cropValues(images, range, { ...options, crops }), crops.count);
        yield { set: images.set, index: images.index.subarray(...range), values };
        done += range[1] - from;
        progress({ step: done, total, throughput: (done * 1000) / (performance.now() - start), unit: 'images' });
      }
    }
}

/** As `streamImageValues`, all at once. */
export async function imageValues(inputs: readonly InputArtifact[], options: ImageOptions): Promise<ImageValues> {
  const { sets, total } = await countImages(inputs);
  const rows = { count: total, sets, set: new Uint8Array(total), index: new Uint32Array(total), view: null };
  const values = new Float32Array(total * options.columns);
  let done = 0;
  for await (const { set, index, values: own } of streamImageValues(inputs, total, options)) {
    rows.set.fill(sets.indexOf(set), done, done + index.length);
    rows.index.set(index, done);
    values.set(own, done * options.columns);
    done += index.length;
  }
  return { rows, values };
}

const noCrops = { count: 0, area: 1, seed: (): number => 0 };

/** Sums over the crops of every image of a range. */
async function cropValues(
  images: Images,
  [from, to]: readonly [number, number],
  { preparation, forward, columns, size, crops }: ImageOptions & Required<Pick<ImageOptions, 'crops'>>,
): Promise<Float32Array> {
  const side = size ?? preparation.size ?? images.height;
  const policy: Policy = {
    name: 'test-time',
    size: side,
    mirror: preparation.mirror,
    border: 'edge',
    normalise: preparation.normalise,
    operations: [
      { op: 'resized-crop', area: [crops.area, 1], ratio: [3 / 4, 4 / 3] },
      ...(preparation.mirror ? [{ op: 'horizontal-flip', probability: 0.5 } as const] : []),
    ],
  };
  const source = createViews(policy, images, { views: crops.count, seed: crops.seed(), threads: 0 });
  const positions = Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const pixels = await source.batch(0, positions);
  await source.close();
  const sums = new Float32Array((to - from) * columns);
  const length = side * side * images.channels * (to - from);
  for (let view = 0; view < crops.count; view++) {
    const made = tf.tidy(() => {
      const x = pixels.slice(view * length, (view + 1) * length);
      return forward(tf.tensor4d(x, [to - from, side, side, images.channels]));
    });
    for (const [at, value] of made.dataSync<'float32'>().entries()) sums[at]! += value;
    made.dispose();
  }
  return sums;
}

const averaged = (whole: Float32Array, sums: Float32Array, crops: number): Float32Array =>
  whole.map((value, at) => (value + sums[at]!) / (1 + crops));
