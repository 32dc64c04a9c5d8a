import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';
import { changeImages } from '../change-images.js';
import { requireChannels } from '../image.js';

/** Multiplies RGB, clamped to [0, 1]. In place; self-contained. */
export function brightnessInPlace(image: Float32Array, channels: number, factor: number): void {
  const coloured = Math.min(3, channels);
  for (let at = 0; at < image.length; at += channels)
    for (let channel = at; channel < at + coloured; channel++)
      image[channel] = Math.min(1, Math.max(0, factor * image[channel]!));
}

/** Moves RGB away from (or to) the mean luma of the image, clamped. In place; self-contained. */
export function contrastInPlace(image: Float32Array, channels: number, factor: number): void {
  const coloured = Math.min(3, channels);
  let sum = 0;
  for (let at = 0; at < image.length; at += channels)
    sum += coloured === 3 ? 0.2989 * image[at]! + 0.587 * image[at + 1]! + 0.114 * image[at + 2]! : image[at]!;
  const offset = ((1 - factor) * sum * channels) / image.length;
  for (let at = 0; at < image.length; at += channels)
    for (let channel = at; channel < at + coloured; channel++)
      image[channel] = Math.min(1, Math.max(0, factor * image[channel]! + offset));
}

/** Moves RGB away from (or to) the pixel's own luma, clamped. In place; self-contained. */
export function saturationInPlace(image: Float32Array, channels: number, factor: number): void {
  for (let at = 0; at < image.length; at += channels) {
    const grey = (1 - factor) * (0.2989 * image[at]! + 0.587 * image[at + 1]! + 0.114 * image[at + 2]!);
    for (let channel = at; channel < at + 3; channel++)
      image[channel] = Math.min(1, Math.max(0, factor * image[channel]! + grey));
  }
}

/** `value >= threshold` becomes `1 - value` in RGB. In place; self-contained. */
export function solarizeInPlace(image: Float32Array, channels: number, threshold: number): void {
  const coloured = Math.min(3, channels);
  const bound = Math.fround(threshold);
  for (let at = 0; at < image.length; at += channels)
    for (let channel = at; channel < at + coloured; channel++)
      if (image[channel]! >= bound) image[channel] = 1 - image[channel]!;
}

/** torchvision's `adjust_brightness`: `factor * image`, clamped to [0, 1]. Factor 1 changes nothing, 0 is black. */
export function brightness(images: ImageBatch, factor: number): ImageBatch {
  return changeImages(images, (image) => brightnessInPlace(image, images.channels, factor));
}

/** torchvision's `adjust_contrast`: `factor * image + (1 - factor) * mean luma of the image`, clamped to [0, 1]. */
export function contrast(images: ImageBatch, factor: number): ImageBatch {
  return changeImages(images, (image) => contrastInPlace(image, images.channels, factor));
}

/** torchvision's `adjust_saturation`: `factor * image + (1 - factor) * luma of the pixel`, clamped to [0, 1]. */
export function saturation(images: ImageBatch, factor: number): ImageBatch {
  requireChannels(images, 3);
  return changeImages(images, (image) => saturationInPlace(image, 3, factor));
}

/** torchvision's `solarize` on floats in [0, 1]. */
export function solarize(images: ImageBatch, threshold: number): ImageBatch {
  return changeImages(images, (image) => solarizeInPlace(image, images.channels, threshold));
}

/** `maximum - value` */
export function invert(images: ImageBatch, maximum = 1): ImageBatch {
  requireFinitePixels(images);
  return { ...images, data: images.data.map((value) => maximum - value) };
}
