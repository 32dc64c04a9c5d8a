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

/** Streams images through a network; averages image, mirror image where allowed, and crops. */
export async function imageValues(inputs: readonly InputArtifact[], options: ImageOptions): Promise<ImageValues> {
  const { preparation, model, forward, columns, size, batch, crops = noCrops, progress, signal } = options;
  let total = 0;
  for (const { path } of inputs) for await (const { count } of streamImages(path)) total += count;
  const rows = { sets: [] as string[], set: new Uint8Array(total), index: new Uint32Array(total) };
  const values = new Float32Array(total * columns);
  const start = performance.now();
  let done = 0;
  for (const { path } of inputs)
    for await (const images of streamImages(path)) {
      requireChannels(preparation, images, model);
      if (!rows.sets.includes(images.set)) rows.sets.push(images.set);
      rows.set.fill(rows.sets.indexOf(images.set), done, done + images.count);
      rows.index.set(images.index, done);
      for (let from = 0; from < images.count; from += batch) {
        signal.throwIfAborted();
        const range = [from, Math.min(from + batch, images.count)] as const;
        const own = overViews(images, preparation, range, { size, forward });
        values.set(
          crops.count === 0 ? own : averaged(own, await cropValues(images, range, { ...options, crops }), crops.count),
          (done + from) * columns,
        );
        const throughput = ((done + range[1]) * 1000) / (performance.now() - start);
        progress({ step: done + range[1], total, throughput, unit: 'images' });
      }
      done += images.count;
    }
  return { rows: { ...rows, count: total, view: null }, values };
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
