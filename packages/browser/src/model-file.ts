import type { Program } from '@twoshot/engine/browser';

/** `model.json` beside the page; the constants of the program are in `weights.bin`, little-endian float32. */
export interface ModelFile {
  /** What an image may be, in the order of the outputs. */
  readonly answers: readonly string[];
  /** The last answer, `none of these`, is given where its probability is above this; null where it is none. */
  readonly noneThreshold: number | null;
  /** Side of the images in pixels. */
  readonly size: number;
  /** From pixels [n, size, size, 3] of 0..255 to logits and probabilities, [n, answers] */
  readonly program: Program;
}
