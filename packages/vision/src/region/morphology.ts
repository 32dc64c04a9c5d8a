import type { ByteBatch } from '../image.js';

export type MorphologyOperation = 'erode' | 'dilate' | 'open' | 'close';

/**
 * Grey morphology with a square of `size` x `size` ones, [B, H, W, C] bytes. Pixels outside the image never count.
 * open = erode, dilate; close = dilate, erode.
 */
export function morphology(images: ByteBatch, operation: MorphologyOperation, size = 3): ByteBatch {
  const first = extreme(images, size, operation === 'dilate' || operation === 'close');
  return operation === 'erode' || operation === 'dilate' ? first : extreme(first, size, operation === 'open');
}

/** The largest (or smallest) value in the square around each pixel; of an even square the pixel is right of centre. */
function extreme(images: ByteBatch, size: number, largest: boolean): ByteBatch {
  const { count, height, width, channels, data } = images;
  const before = Math.floor(size / 2);
  const after = size - 1 - before;
  const rows = new Uint8Array(data.length);
  const out = new Uint8Array(data.length);
  const line = width * channels;
  for (let row = 0; row < count * height; row++)
    for (let place = 0; place < line; place++) {
      const at = row * line + place;
      const column = Math.floor(place / channels);
      let best = data[at]!;
      for (let step = -Math.min(before, column); step <= Math.min(after, width - 1 - column); step++) {
        const other = data[at + step * channels]!;
        if (largest ? other > best : other < best) best = other;
      }
      rows[at] = best;
    }
  for (let row = 0; row < count * height; row++)
    for (let place = 0; place < line; place++) {
      const at = row * line + place;
      const own = row % height;
      let best = rows[at]!;
      for (let step = -Math.min(before, own); step <= Math.min(after, height - 1 - own); step++) {
        const other = rows[at + step * line]!;
        if (largest ? other > best : other < best) best = other;
      }
      out[at] = best;
    }
  return { ...images, data: out };
}
