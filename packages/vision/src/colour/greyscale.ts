import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';
import { requireChannels } from '../image.js';

/** Replaces RGB by its luma (0.2989, 0.587, 0.114). In place, [..., channels] with RGB first; self-contained. */
export function greyscaleInPlace(image: Float32Array, channels: number): void {
  for (let at = 0; at < image.length; at += channels) {
    const grey = 0.2989 * image[at]! + 0.587 * image[at + 1]! + 0.114 * image[at + 2]!;
    image[at] = grey;
    image[at + 1] = grey;
    image[at + 2] = grey;
  }
}

/** [B, H, W, 3] RGB to luma repeated over `channels`, as torchvision's `rgb_to_grayscale`. */
export function greyscale(images: ImageBatch, channels = 3): ImageBatch {
  const luma = rgbToGray(images, [0.2989, 0.587, 0.114]);
  const data = new Float32Array(luma.data.length * channels);
  for (let at = 0; at < data.length; at++) data[at] = luma.data[Math.floor(at / channels)]!;
  return { ...luma, channels, data };
}

/** Rec. 601: OpenCV and most byte formats. */
export const rec601 = [0.299, 0.587, 0.114] as const;

/** [B, H, W, 3] to [B, H, W, 1]: the weighted sum of the channels (Rec. 709, skimage: 0.2125, 0.7154, 0.0721). */
export function rgbToGray(images: ImageBatch, weights: readonly number[] = rec601): ImageBatch {
  requireChannels(images, 3);
  requireFinitePixels(images);
  const [red = 0, green = 0, blue = 0] = weights;
  const { data } = images;
  const grey = new Float32Array(data.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel++)
    grey[pixel] = red * data[3 * pixel]! + green * data[3 * pixel + 1]! + blue * data[3 * pixel + 2]!;
  return { ...images, channels: 1, data: grey };
}
