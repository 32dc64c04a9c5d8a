import type { Program } from '@twoshot/engine/browser';

/** `model.json` beside the page; the constants of the program are in `weights.bin`, little-endian float32. */
export interface ModelFile {
  readonly classNames: readonly string[];
  /** Side of the images in pixels. */
  readonly size: number;
  /** From pixels [n, size, size, 3] of 0..255 to logits and probabilities, [n, classes] */
  readonly program: Program;
}
