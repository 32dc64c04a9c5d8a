import type { ImageBatch } from '../image.js';
import { changeImages } from '../change-images.js';
import { requireChannels } from '../image.js';

/**
 * Turns the hue of RGB by `turns` through HSV. In place; self-contained.
 *
 * A pixel keeps its value v and saturation s; with the six-sided hue h each channel is
 * v - v s max(0, min(k, 4 - k, 1)), k = (n + 6 h) mod 6 and n = 5, 3, 1 for R, G, B.
 */
export function hueInPlace(image: Float32Array, channels: number, turns: number): void {
  for (let at = 0; at < image.length; at += channels) {
    const red = image[at]!;
    const green = image[at + 1]!;
    const blue = image[at + 2]!;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    if (chroma === 0) continue;
    let sixth = (red - green) / chroma + 4;
    if (value === red) sixth = (green - blue) / chroma;
    else if (value === green) sixth = (blue - red) / chroma + 2;
    sixth += 6 * turns + 12;
    let k = (5 + sixth) % 6;
    image[at] = value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
    k = (3 + sixth) % 6;
    image[at + 1] = value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
    k = (1 + sixth) % 6;
    image[at + 2] = value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
  }
}

/** torchvision's `adjust_hue`: hue + `turns` (-0.5..0.5) modulo 1 in HSV. */
export function hue(images: ImageBatch, turns: number): ImageBatch {
  requireChannels(images, 3);
  return changeImages(images, (image) => hueInPlace(image, 3, turns));
}
