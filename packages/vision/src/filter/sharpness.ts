import type { ImageBatch } from '../image.js';
import { changeImages } from '../change-images.js';

/**
 * `factor * image + (1 - factor) * smoothed` of RGB, clamped to [0, 1]; smoothed = [1 1 1; 1 5 1; 1 1 1] / 13, and
 * the outermost pixels keep their values. In place; self-contained.
 */
export function sharpnessInPlace(
  image: Float32Array,
  height: number,
  width: number,
  channels: number,
  factor: number,
  scratch: Float32Array,
): void {
  const coloured = Math.min(3, channels);
  const line = width * channels;
  scratch.set(image);
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++)
      for (let channel = 0; channel < coloured; channel++) {
        const at = row * line + column * channels + channel;
        const above = at - line;
        const below = at + line;
        const around =
          scratch[above - channels]! +
          scratch[above]! +
          scratch[above + channels]! +
          scratch[at - channels]! +
          scratch[at + channels]! +
          scratch[below - channels]! +
          scratch[below]! +
          scratch[below + channels]!;
        const own = scratch[at]!;
        const smoothed = (around + 5 * own) / 13;
        image[at] = Math.min(1, Math.max(0, factor * own + (1 - factor) * smoothed));
      }
}

/** torchvision's `adjust_sharpness`: 0 smooths, 1 changes nothing, above 1 sharpens. */
export function sharpness(images: ImageBatch, factor: number): ImageBatch {
  const { height, width, channels } = images;
  const scratch = new Float32Array(height * width * channels);
  return changeImages(images, (image) => sharpnessInPlace(image, height, width, channels, factor, scratch));
}
