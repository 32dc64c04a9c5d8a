import type { ByteBatch, ImageBatch } from '../image.js';
import { changeByteImages, changeImages } from '../change-images.js';

/** Stretches each of the RGB channels to 0..maximum; a constant channel stays. In place; self-contained. */
export function autocontrastInPlace(image: Float32Array, channels: number, maximum: number): void {
  for (let channel = 0; channel < Math.min(3, channels); channel++) {
    let lowest = Infinity;
    let highest = -Infinity;
    for (let at = channel; at < image.length; at += channels) {
      lowest = Math.min(lowest, image[at]!);
      highest = Math.max(highest, image[at]!);
    }
    if (highest === lowest) continue;
    const gain = maximum / (highest - lowest);
    for (let at = channel; at < image.length; at += channels)
      image[at] = Math.min(maximum, Math.max(0, (image[at]! - lowest) * gain));
  }
}

/** Keeps the `bits` highest bits of each of the RGB bytes. In place; self-contained. */
export function posterizeInPlace(image: Uint8Array, channels: number, bits: number): void {
  const mask = 256 - (1 << (8 - bits));
  for (let at = 0; at < image.length; at += channels)
    for (let channel = at; channel < at + Math.min(3, channels); channel++) image[channel] = image[channel]! & mask;
}

/** Evens out the histogram of each of the RGB channels. In place; self-contained. */
export function equalizeInPlace(image: Uint8Array, channels: number, levels: number): void {
  const table = new Float64Array(levels);
  for (let channel = 0; channel < Math.min(3, channels); channel++) {
    table.fill(0);
    for (let at = channel; at < image.length; at += channels) table[image[at]!]!++;
    let last = levels - 1;
    while (last > 0 && table[last] === 0) last--;
    const step = Math.floor((image.length / channels - table[last]!) / (levels - 1));
    if (step === 0) continue;
    let below = Math.floor(step / 2);
    for (let level = 0; level < levels; level++) {
      const here = table[level]!;
      table[level] = Math.min(levels - 1, Math.floor(below / step));
      below += here;
    }
    for (let at = channel; at < image.length; at += channels) image[at] = table[image[at]!]!;
  }
}

/** torchvision's `autocontrast`: per image and channel `(value - lowest) / (highest - lowest)`. */
export function autocontrast(images: ImageBatch, maximum = 1): ImageBatch {
  return changeImages(images, (image) => autocontrastInPlace(image, images.channels, maximum));
}

/** torchvision's `posterize` on bytes. @param bits 0..8 */
export function posterize(images: ByteBatch, bits: number): ByteBatch {
  return changeByteImages(images, (image) => posterizeInPlace(image, images.channels, bits));
}

/**
 * torchvision's `equalize` on values 0..levels-1, per image and channel: step = floor((pixels - those of the
 * highest occupied level) / (levels - 1)), new level = floor((pixels below + floor(step / 2)) / step).
 */
export function equalize(images: ByteBatch, levels = 256): ByteBatch {
  return changeByteImages(images, (image) => equalizeInPlace(image, images.channels, levels));
}
