import { requireFinitePixels } from '../finite.js';
import type { ByteBatch, ImageBatch } from '../image.js';
import { requireChannels } from '../image.js';
import { gaussianFilter } from './scale-space.js';

export interface CannyOptions {
  /** Of the blur, pixels. */
  readonly sigma?: number;
  /** Gradient magnitudes (Sobel without normalisation, of values in 0..1). */
  readonly low?: number;
  readonly high?: number;
}

/**
 * Edges of grey images as skimage's `canny` finds them: [B, H, W, 1] of 0 and 1. Blur (bleeding of the black
 * outside divided out), Sobel, interpolated non-maximum suppression, 8-connected hysteresis. The outermost pixels
 * are never edges.
 */
export function canny(images: ImageBatch, { sigma = 1, low = 0.1, high = 0.2 }: CannyOptions = {}): ByteBatch {
  requireChannels(images, 1);
  requireFinitePixels(images);
  const { count, height, width, data } = images;
  const size = height * width;
  const edges = new Uint8Array(data.length);
  const bleed = gaussianFilter({ height, width, data: new Float32Array(size).fill(1) }, sigma, { border: 'zero' });
  for (let image = 0; image < count; image++) {
    const plane = data.subarray(image * size, (image + 1) * size);
    const smooth = gaussianFilter({ height, width, data: plane }, sigma, { border: 'zero' }).data;
    for (let at = 0; at < size; at++) smooth[at]! /= bleed.data[at]! + Number.EPSILON;
    const thin = suppress(smooth, height, width, low);
    edges.set(connect(thin, height, width, high), image * size);
  }
  return { ...images, data: edges };
}

/** Magnitudes of the pixels that are largest across their edge and at least `low`; 0 elsewhere. */
function suppress(smooth: Float32Array, height: number, width: number, low: number): Float64Array {
  const gradientX = new Float64Array(height * width);
  const gradientY = new Float64Array(height * width);
  const magnitude = new Float64Array(height * width);
  for (let row = 0; row < height; row++) {
    const middle = row * width;
    const above = Math.max(0, row - 1) * width;
    const below = Math.min(height - 1, row + 1) * width;
    for (let column = 0; column < width; column++) {
      const left = Math.max(0, column - 1);
      const right = Math.min(width - 1, column + 1);
      const at = middle + column;
      gradientX[at] =
        smooth[above + right]! -
        smooth[above + left]! +
        2 * (smooth[middle + right]! - smooth[middle + left]!) +
        smooth[below + right]! -
        smooth[below + left]!;
      gradientY[at] =
        smooth[below + left]! -
        smooth[above + left]! +
        2 * (smooth[below + column]! - smooth[above + column]!) +
        smooth[below + right]! -
        smooth[above + right]!;
      magnitude[at] = Math.hypot(gradientX[at], gradientY[at]);
    }
  }

  const thin = new Float64Array(height * width);
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      const own = magnitude[at]!;
      const dx = gradientX[at]!;
      const dy = gradientY[at]!;
      if (own < low || (dx === 0 && dy === 0)) continue;
      const steep = Math.abs(dy) > Math.abs(dx);
      const share = steep ? Math.abs(dx / dy) : Math.abs(dy / dx);
      const along = steep ? width : 1;
      const towards = dx * dy >= 0 ? 1 : -1;
      const diagonal = steep ? width + towards : 1 + towards * width;
      const after = share * magnitude[at + diagonal]! + (1 - share) * magnitude[at + along]!;
      const before = share * magnitude[at - diagonal]! + (1 - share) * magnitude[at - along]!;
      if (after <= own && before <= own) thin[at] = own;
    }
  return thin;
}

/** 1 where a chain of 8-connected thin pixels leads to one of at least `high`. */
function connect(thin: Float64Array, height: number, width: number, high: number): Uint8Array {
  const edges = new Uint8Array(thin.length);
  const open: number[] = [];
  for (let at = 0; at < thin.length; at++)
    if (thin[at]! >= high && thin[at]! > 0) {
      edges[at] = 1;
      open.push(at);
    }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const row = Math.floor(at / width);
    const column = at - row * width;
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
        const next = y * width + x;
        if (edges[next] === 1 || thin[next] === 0) continue;
        edges[next] = 1;
        open.push(next);
      }
  }
  return edges;
}
