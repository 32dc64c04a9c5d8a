import type { ImageBatch } from '../image.js';
import { hue } from './hue.js';
import { brightness, contrast, saturation } from './tone.js';

export interface ColourChange {
  /** Factors; 1 changes nothing. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Hue shift in turns. */
  readonly hue: number;
}

export type ColourStep = keyof ColourChange;

const steps: { readonly [K in ColourStep]: (images: ImageBatch, amount: number) => ImageBatch } = {
  brightness,
  contrast,
  saturation,
  hue,
};

/** torchvision's `ColorJitter` with given amounts: the exact steps in the given order, each clamped to [0, 1]. */
export function colourJitter(images: ImageBatch, change: ColourChange, order: readonly ColourStep[]): ImageBatch {
  return order.reduce((result, step) => steps[step](result, change[step]), images);
}
