import { requireFinitePixels, requireFiniteRows } from '../finite.js';
import type { ImageBatch } from '../image.js';
import { imageLength } from '../image.js';
import { type Box, clippedBox } from './box.js';

/** A batch of images and what they stand for, [B, K] one row an image. */
export interface Mixed {
  readonly images: ImageBatch;
  readonly targets: Float32Array;
}

/**
 * `lambda` of each image and target and the rest of the one at `permutation` (Zhang et al. 2018).
 *
 * @param targets [B, K]; permutation [B] rows; lambda 0..1, drawn from Beta(a, a)
 */
export function mixup(
  images: ImageBatch,
  targets: Float32Array,
  permutation: ArrayLike<number>,
  lambda: number,
): Mixed {
  requireFinite(images, targets);
  return {
    images: { ...images, data: blend(images.data, imageLength(images), permutation, lambda) },
    targets: blend(targets, targets.length / images.count, permutation, lambda),
  };
}

/**
 * A box, cut to the image, pasted from the one at `permutation`; targets mix by area (Yun et al. 2019).
 *
 * @returns also lambda, the share of the own image that is left
 */
export function cutmix(
  images: ImageBatch,
  targets: Float32Array,
  permutation: ArrayLike<number>,
  box: Box,
): Mixed & { readonly lambda: number } {
  requireFinite(images, targets);
  const { height, width, channels } = images;
  const { top, left, bottom, right } = clippedBox(box, images);
  const lambda = 1 - (Math.max(0, bottom - top) * Math.max(0, right - left)) / (height * width);
  const data = Float32Array.from(images.data);
  const length = imageLength(images);
  if (right > left)
    for (let image = 0; image < images.count; image++)
      for (let row = top; row < bottom; row++) {
        const at = (row * width + left) * channels;
        const source = permutation[image]! * length + at;
        data.set(images.data.subarray(source, source + (right - left) * channels), image * length + at);
      }
  return {
    images: { ...images, data },
    targets: blend(targets, targets.length / images.count, permutation, lambda),
    lambda,
  };
}

function requireFinite(images: ImageBatch, targets: Float32Array): void {
  requireFinitePixels(images);
  requireFiniteRows(targets, targets.length / images.count, 'targets');
}

function blend(rows: Float32Array, length: number, permutation: ArrayLike<number>, lambda: number): Float32Array {
  const out = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = Math.floor(at / length);
    out[at] = lambda * rows[at]! + (1 - lambda) * rows[permutation[row]! * length + (at - row * length)]!;
  }
  return out;
}
