import type { ImageBatch } from '../image.js';
import { changeImages } from '../change-images.js';
import { requireChannels } from '../image.js';
import { type Box, clippedBox } from './box.js';

/** The box, cut to the image, filled with one value per channel (DeVries and Taylor 2017). */
export function cutout(images: ImageBatch, box: Box, fill: readonly number[]): ImageBatch {
  requireChannels(images, fill.length);
  const { width, channels } = images;
  const { top, left, bottom, right } = clippedBox(box, images);
  return changeImages(images, (image) => {
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) image.set(fill, (row * width + column) * channels);
  });
}
