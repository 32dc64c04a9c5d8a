import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';
import { requireChannels } from '../image.js';

/** Derivatives of grey images, [B, H, W, 1] each. */
export interface Gradients {
  /** Right minus left. */
  readonly x: ImageBatch;
  /** Below minus above. */
  readonly y: ImageBatch;
  /** sqrt((x^2 + y^2) / 2) */
  readonly magnitude: ImageBatch;
}

/** Sobel's 1 2 1 across and -1 0 1 along, divided by 4 as in skimage; the border repeats the edge. [B, H, W, 1] */
export function sobel(images: ImageBatch): Gradients {
  return gradients(images, [0.25, 0.5, 0.25]);
}

/** Scharr's 3 10 3 across and -1 0 1 along, divided by 16 as in skimage; the border repeats the edge. [B, H, W, 1] */
export function scharr(images: ImageBatch): Gradients {
  return gradients(images, [3 / 16, 10 / 16, 3 / 16]);
}

function gradients(images: ImageBatch, [before, own, after]: readonly [number, number, number]): Gradients {
  requireChannels(images, 1);
  requireFinitePixels(images);
  const { count, height, width, data } = images;
  const x = new Float32Array(data.length);
  const y = new Float32Array(data.length);
  const magnitude = new Float32Array(data.length);
  let at = 0;
  for (let image = 0; image < count * height * width; image += height * width)
    for (let row = 0; row < height; row++) {
      const middle = image + row * width;
      const above = image + Math.max(0, row - 1) * width;
      const below = image + Math.min(height - 1, row + 1) * width;
      for (let column = 0; column < width; column++, at++) {
        const left = Math.max(0, column - 1);
        const right = Math.min(width - 1, column + 1);
        const gx =
          before * (data[above + right]! - data[above + left]!) +
          own * (data[middle + right]! - data[middle + left]!) +
          after * (data[below + right]! - data[below + left]!);
        const gy =
          before * (data[below + left]! - data[above + left]!) +
          own * (data[below + column]! - data[above + column]!) +
          after * (data[below + right]! - data[above + right]!);
        x[at] = gx;
        y[at] = gy;
        magnitude[at] = Math.sqrt((gx * gx + gy * gy) / 2);
      }
    }
  return { x: { ...images, data: x }, y: { ...images, data: y }, magnitude: { ...images, data: magnitude } };
}
