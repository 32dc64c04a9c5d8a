import { StageInputError } from '@twoshot/stage';
import type * as Ort from 'onnxruntime-common';
import { type Layout, spellValue } from './image-input.js';

/** How an output of several values an image becomes one row: the first token, or the mean over tokens or places. */
export type Pooling = 'first' | 'mean';

type Metadata = Pick<Ort.InferenceSession, 'outputNames' | 'outputMetadata'>;

/** Names of outputs that are features of the whole image, as exporters of encoders give them, the best first. */
const known = ['image_embeds', 'image_embeddings', 'embeds', 'embedding', 'embeddings', 'pooler_output', 'features'];

/**
 * The output that is taken.
 *
 * @param name null for the only one, or one that is known
 * @throws StageInputError `no-such-output`, `which-output`
 */
export function outputOf({ outputNames, outputMetadata }: Metadata, name: string | null, file: string): string {
  const found = outputMetadata.map(spellValue).join(', ');
  if (name !== null) {
    if (outputNames.includes(name)) return name;
    throw new StageInputError('no-such-output', `it has no output '${name}'; its outputs are ${found}`, { file });
  }
  const [only, ...more] = outputNames;
  const chosen = more.length === 0 ? only : known.find((one) => outputNames.includes(one));
  if (chosen !== undefined) return chosen;
  throw new StageInputError('which-output', `set \`output\` to the one with the features: ${found}`, { file });
}

/**
 * Features of a batch from an output.
 *
 * @param output [count, dim], [count, tokens, dim], or maps in the layout of the images
 * @param pooling for more than two dimensions; of maps it is always the mean
 * @returns [count, dim] and dim
 * @throws StageInputError `encoder-output`
 */
export function featuresOf(
  output: Pick<Ort.Tensor, 'dims' | 'data' | 'type'>,
  { name, count, pooling, layout }: { name: string; count: number; pooling: Pooling; layout: Layout },
  file: string,
): { readonly dim: number; readonly values: Float32Array } {
  const { dims, data, type } = output;
  const fault = (expected: string): StageInputError =>
    new StageInputError(
      'encoder-output',
      `expected ${expected} of the output '${name}', found ${type} [${dims.join(', ')}]`,
      { file },
    );
  if (!(data instanceof Float32Array)) throw fault('float32 numbers');
  if (dims[0] !== count) throw fault(`one row for each of ${count} images`);
  if (dims.length === 2) return checked({ dim: dims[1]!, values: data }, name, file);
  if (dims.length === 3) {
    const [, tokens, dim] = dims as readonly [number, number, number];
    return checked(
      { dim, values: pooled(data, { count, places: tokens, dim, step: dim, next: 1, pooling }) },
      name,
      file,
    );
  }
  if (dims.length !== 4) throw fault('[batch, features], [batch, tokens, features] or maps');
  const [, second, third, last] = dims as readonly [number, number, number, number];
  const shape =
    layout === 'nchw'
      ? { dim: second, places: third * last, step: 1, next: third * last }
      : { dim: last, places: second * third, step: last, next: 1 };
  return checked({ dim: shape.dim, values: pooled(data, { ...shape, count, pooling: 'mean' }) }, name, file);
}

interface Places {
  readonly count: number;
  readonly places: number;
  readonly dim: number;
  /** Distance in memory from one place to the next, and from one feature to the next. */
  readonly step: number;
  readonly next: number;
  readonly pooling: Pooling;
}

function pooled(data: Float32Array, { count, places, dim, step, next, pooling }: Places): Float32Array {
  const values = new Float32Array(count * dim);
  const used = pooling === 'first' ? 1 : places;
  for (let row = 0; row < count; row++)
    for (let feature = 0; feature < dim; feature++) {
      let sum = 0;
      for (let place = 0; place < used; place++) sum += data[row * places * dim + place * step + feature * next]!;
      values[row * dim + feature] = sum / used;
    }
  return values;
}

function checked<T extends { readonly values: Float32Array }>(features: T, name: string, file: string): T {
  if (features.values.every(Number.isFinite)) return features;
  throw new StageInputError(
    'encoder-output',
    `the output '${name}' is not finite; check \`pixels\` and \`size\`, and whether the file was exported in float16`,
    { file },
  );
}
