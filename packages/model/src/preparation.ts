import type { Images, Preparation } from '@twoshot/artifact';
import { tf } from '@twoshot/engine';
import { StageInputError } from '@twoshot/stage';
import { plainViews, type Policy } from '@twoshot/views';

/**
 * Image preparation of a network that was trained on views of a policy.
 *
 * @param size best side of the images; null for their own
 */
export function preparationOf(
  { mirror, normalise }: Policy,
  { channels }: Pick<Images, 'channels'>,
  size: number | null,
): Preparation {
  const { mean, std } = normalise ?? { mean: null, std: null };
  return { size, resize: 'stretch', channels, normalise: mean === null ? null : { mean, std }, mirror };
}

/** @throws StageInputError where images and model differ in channels */
export function requireChannels(
  { channels }: Preparation,
  images: Pick<Images, 'channels'>,
  { from }: { readonly from: string },
): void {
  if (channels !== images.channels)
    throw new StageInputError(
      'model-channels',
      `The model of ${from} takes images of ${channels} channels, the images here have ${images.channels}`,
    );
}

/** @throws StageInputError where a model does not say what size of images it takes */
export function requireSize({ size }: Preparation, { from }: { readonly from: string }): number {
  if (size !== null) return size;
  throw new StageInputError(
    'model-size',
    `The model of ${from} does not say what size of images it takes: its preparation has the size null`,
  );
}

/**
 * Images as a network expects them.
 *
 * @param range positions [from, to)
 * @param options `size` in place of the model's, if the user set it
 * @returns [to - from, side, side, channels]
 */
export function preparedImages(
  images: Images,
  { size: own, normalise }: Preparation,
  [from, to]: readonly [number, number],
  { size = own, mirrored = false }: { size?: number | null; mirrored?: boolean } = {},
): tf.Tensor4D {
  const side = size ?? images.height;
  const pixels = plainViews(images, { size: side, normalise, mirrored }, [from, to]);
  return tf.tensor4d(pixels, [to - from, side, side, images.channels]);
}

/**
 * Output of a function for images, averaged over image and mirror image where allowed.
 *
 * @param forward from [batch, side, side, channels] to [batch, ...]
 * @returns the values, row by row
 */
export function overViews(
  images: Images,
  preparation: Preparation,
  range: readonly [number, number],
  { size, forward }: { size?: number | null; forward: (x: tf.Tensor4D) => tf.Tensor },
): Float32Array {
  const asked = size === undefined || size === null ? {} : { size };
  const pass = (mirrored: boolean): tf.Tensor =>
    forward(preparedImages(images, preparation, range, { ...asked, mirrored }));
  // No array leaves the tidy, which would search all of its numbers for tensors.
  const result = tf.tidy(() => (preparation.mirror ? pass(false).add(pass(true)).mul<tf.Tensor>(0.5) : pass(false)));
  const values = result.dataSync<'float32'>();
  result.dispose();
  return values;
}

/**
 * Values of `count` rows, computed range by range, yielding to other work after each.
 *
 * @param work computes the values of rows [from, to)
 */
export async function eachRange(
  count: number,
  batch: number,
  work: (range: readonly [number, number]) => Float32Array,
): Promise<Float32Array> {
  let all = new Float32Array(0);
  for (let from = 0; from < count; from += batch) {
    const to = Math.min(from + batch, count);
    const values = work([from, to]);
    if (from === 0) all = new Float32Array((values.length / to) * count);
    all.set(values, (from * all.length) / count);
    await nextTurn();
  }
  return all;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
