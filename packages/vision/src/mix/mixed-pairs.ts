import { requireFinitePixels, requireFiniteRows } from '../finite.js';
import type { ImageBatch } from '../image.js';
import { pictureLength } from '../image.js';
import { type Box, clippedBox } from './box.js';

/** A batch of pictures and what they stand for, [B, K] one row a picture. */
export interface Mixed {
  readonly images: ImageBatch;
  readonly targets: Float32Array;
}

/**
 * `lambda` of each picture and target and the rest of the one at `permutation` (Zhang et al. 2018).
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
    images: { ...images, data: blend(images.data, pictureLength(images), permutation, lambda) },
    targets: blend(targets, targets.length / images.count, permutation, lambda),
  };
}

/**
 * A box, cut to the picture, pasted from the one at `permutation`; targets mix by area (Yun et al. 2019).
 *
 * @returns also lambda, the share of the own picture that is left
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
  const length = pictureLength(images);
  if (right > left)
    for (let picture = 0; picture < images.count; picture++)
      for (let row = top; row < bottom; row++) {
        const at = (row * width + left) * channels;
        const source = permutation[picture]! * length + at;
        data.set(images.data.subarray(source, source + (right - left) * channels), picture * length + at);
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
