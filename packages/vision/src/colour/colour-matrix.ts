import type { ImageBatch } from '../image.js';
import { changeImages } from '../change-images.js';
import { requireChannels } from '../image.js';
import type { ColourChange } from './colour-jitter.js';

/**
 * Brightness, contrast about the image's mean luma, saturation and hue as one affine map of RGB, clamped once to
 * [0, 1]. In place; self-contained.
 *
 * T^-1 diag(1, saturation * turn) T, T = RGB to YIQ (FCC): luma stays, the plane of chroma turns and scales.
 */
export function colourMatrixInPlace(
  image: Float32Array,
  channels: number,
  brightness: number,
  contrast: number,
  saturation: number,
  turns: number,
): void {
  const length = image.length;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let at = 0; at < length; at += channels) {
    red += image[at]!;
    green += image[at + 1]!;
    blue += image[at + 2]!;
  }
  const grey = ((0.299 * red + 0.587 * green + 0.114 * blue) * channels) / length;
  const offset = (1 - contrast) * brightness * grey;
  const gain = contrast * brightness;
  const cos = Math.cos(2 * Math.PI * turns) * saturation;
  const sin = Math.sin(2 * Math.PI * turns) * saturation;
  const rr = gain * (0.299 + 0.701 * cos + 0.1677 * sin);
  const rg = gain * (0.587 - 0.587 * cos + 0.32927 * sin);
  const rb = gain * (0.114 - 0.114 * cos - 0.49697 * sin);
  const gr = gain * (0.299 - 0.299 * cos - 0.32813 * sin);
  const gg = gain * (0.587 + 0.413 * cos + 0.03552 * sin);
  const gb = gain * (0.114 - 0.114 * cos + 0.29261 * sin);
  const br = gain * (0.299 - 0.299 * cos + 1.24973 * sin);
  const bg = gain * (0.587 - 0.587 * cos - 1.04651 * sin);
  const bb = gain * (0.114 + 0.886 * cos - 0.20322 * sin);
  for (let at = 0; at < length; at += channels) {
    const r = image[at]!;
    const g = image[at + 1]!;
    const b = image[at + 2]!;
    image[at] = Math.min(1, Math.max(0, rr * r + rg * g + rb * b + offset));
    image[at + 1] = Math.min(1, Math.max(0, gr * r + gg * g + gb * b + offset));
    image[at + 2] = Math.min(1, Math.max(0, br * r + bg * g + bb * b + offset));
  }
}

/**
 * A fast approximation of {@link colourJitter} in the order brightness, contrast, saturation, hue: it clamps only
 * at the end and turns the hue in YIQ instead of HSV.
 */
export function colourMatrix(images: ImageBatch, change: ColourChange): ImageBatch {
  requireChannels(images, 3);
  return changeImages(images, (image) =>
    colourMatrixInPlace(image, 3, change.brightness, change.contrast, change.saturation, change.hue),
  );
}
