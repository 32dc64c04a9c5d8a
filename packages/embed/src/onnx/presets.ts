import { StageInputError } from '@twoshot/stage';

/** How pixels from 0 to 1 go into a network: (x - mean) / std, by channel. */
export interface PixelScale {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Scales by name. */
export const pixelScales = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  /** To -1..1, as Inception and other networks of TensorFlow, SigLIP and ViT of Google take them. */
  inception: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  /** 0..1 */
  unit: { mean: [0, 0, 0], std: [1, 1, 1] },
  /** 0..255, for networks that normalise by themselves. */
  bytes: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
} as const satisfies Readonly<Record<string, PixelScale>>;

export type PixelScaleName = keyof typeof pixelScales;

/** What a family of encoders was trained with. */
export interface Preset {
  readonly pixels: PixelScaleName;
  readonly size: number;
  readonly pool: 'first' | 'mean';
}

export const presets = {
  imagenet: { pixels: 'imagenet', size: 224, pool: 'mean' },
  clip: { pixels: 'clip', size: 224, pool: 'first' },
  dinov2: { pixels: 'imagenet', size: 224, pool: 'first' },
  siglip: { pixels: 'inception', size: 224, pool: 'mean' },
  sscd: { pixels: 'imagenet', size: 288, pool: 'mean' },
} as const satisfies Readonly<Record<string, Preset>>;

/**
 * The scale of a name, with the user's numbers in place of its own.
 *
 * @throws StageInputError `channels`
 */
export function scaleOf(
  name: PixelScaleName,
  own: { readonly mean: readonly number[] | null; readonly std: readonly number[] | null },
): PixelScale {
  for (const key of ['mean', 'std'] as const)
    if (own[key] !== null && own[key].length !== 3)
      throw new StageInputError(
        'channels',
        `\`${key}\`: expected 3 numbers, one per channel, found ${own[key].length}`,
      );
  return { mean: own.mean ?? pixelScales[name].mean, std: own.std ?? pixelScales[name].std };
}
