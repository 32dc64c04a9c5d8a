import { StageInputError } from '@twoshot/stage';
import type * as Ort from 'onnxruntime-common';

export type Layout = 'nchw' | 'nhwc';

/** How images go into an encoder. */
export interface ImageInput {
  readonly name: string;
  readonly layout: Layout;
  /** Side in pixels. */
  readonly size: number;
  /** Images at once, where the file says so; null for any number. */
  readonly batch: number | null;
}

export interface InputWish {
  /** Null for that of the file, else of `usual`. */
  readonly size: number | null;
  readonly usual: number;
  readonly layout: Layout | null;
}

type Metadata = Pick<Ort.InferenceSession, 'inputNames' | 'inputMetadata' | 'outputNames' | 'outputMetadata'>;

/**
 * Settles how images go in: the file's fixed sides are followed, and its free ones are the user's.
 *
 * @throws StageInputError `encoder-input`
 */
export function imageInputOf(session: Metadata, wish: InputWish, file: string): ImageInput {
  const fault = (message: string): StageInputError => new StageInputError('encoder-input', message, { file });
  const inputs = session.inputMetadata;
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0)
    throw fault(
      `expected one input, the images, found ${inputs.length}: ${inputs.map(spellValue).join(', ')}. Export the image encoder alone (of CLIP the vision model)`,
    );
  if (!input.isTensor || input.shape.length !== 4)
    throw fault(
      `expected images of shape [batch, 3, height, width] or [batch, height, width, 3], found ${spellValue(input)}`,
    );
  if (input.type !== 'float32')
    throw fault(`expected images as float32, found ${spellValue(input)}; export the encoder with inputs of float32`);
  const layout = layoutOf(input.shape, wish.layout);
  if (layout === null)
    throw fault(
      `expected 3 channels, found ${spellValue(input)}; set \`layout\` to nchw or nhwc if none of its sides says which it is`,
    );
  const [high, wide] = layout === 'nchw' ? [input.shape[2]!, input.shape[3]!] : [input.shape[1]!, input.shape[2]!];
  const fixed = [high, wide].filter((side): side is number => typeof side === 'number');
  if (new Set(fixed).size > 1) throw fault(`expected square images, found ${spellValue(input)}`);
  const [side] = fixed;
  if (side !== undefined && wish.size !== null && wish.size !== side)
    throw fault(
      `\`size\` is ${wish.size}, and the encoder takes images of ${side} pixels only (${spellValue(input)}); leave \`size\` out`,
    );
  const [batch] = input.shape;
  return {
    name: input.name,
    layout,
    size: side ?? wish.size ?? wish.usual,
    batch: typeof batch === 'number' ? batch : null,
  };
}

const may = (side: number | string | undefined): boolean => side === 3 || typeof side === 'string';

/** Three channels stand second or last; where both are possible, or neither is said, it must be told. */
function layoutOf(shape: readonly (number | string)[], told: Layout | null): Layout | null {
  const [first, last] = [may(shape[1]), may(shape[3])];
  if (told !== null) return (told === 'nchw' ? first : last) ? told : null;
  if (shape[1] === 3 && shape[3] !== 3) return 'nchw';
  if (shape[3] === 3 && shape[1] !== 3) return 'nhwc';
  if (first && last) return null;
  return first ? 'nchw' : last ? 'nhwc' : null;
}

/** A value with its type and shape; sides that are free have names. */
export const spellValue = (value: Ort.InferenceSession.ValueMetadata): string =>
  value.isTensor ? `${value.name} ${value.type} [${value.shape.join(', ')}]` : `${value.name} (not a tensor)`;

/**
 * Images as the encoder takes them.
 *
 * @param pixels [count, size, size, 3]
 * @returns [count, 3, size, size] for nchw, else the pixels themselves
 */
export function arranged(pixels: Float32Array, { layout, size }: ImageInput): Float32Array {
  if (layout === 'nhwc') return pixels;
  const area = size * size;
  const out = new Float32Array(pixels.length);
  for (let start = 0; start < pixels.length; start += 3 * area)
    for (let channel = 0; channel < 3; channel++)
      for (let at = 0; at < area; at++) out[start + channel * area + at] = pixels[start + at * 3 + channel]!;
  return out;
}

/** Dimensions of a batch. */
export const dimsOf = (count: number, { layout, size }: ImageInput): readonly number[] =>
  layout === 'nchw' ? [count, 3, size, size] : [count, size, size, 3];
