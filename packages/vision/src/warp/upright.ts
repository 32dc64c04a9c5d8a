import { requireFinitePixels } from '../finite.js';
import type { ImageBatch } from '../image.js';

/** The mirror image: columns in reverse order. */
export function horizontalFlip(images: ImageBatch): ImageBatch {
  return gather(images, images.height, images.width, (row, column) => [row, images.width - 1 - column]);
}

/** Turns counter-clockwise by quarters; odd turns swap height and width. @param turns any integer */
export function quarterRotation(images: ImageBatch, turns: number): ImageBatch {
  const { height, width } = images;
  switch (((turns % 4) + 4) % 4) {
    case 1:
      return gather(images, width, height, (row, column) => [column, width - 1 - row]);
    case 2:
      return gather(images, height, width, (row, column) => [height - 1 - row, width - 1 - column]);
    case 3:
      return gather(images, width, height, (row, column) => [height - 1 - column, row]);
    default:
      return gather(images, height, width, (row, column) => [row, column]);
  }
}

/** Position `place` of a line of `length` that goes on by reflection without repeating its ends. */
export function reflected(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((place % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}

/**
 * A window of the image's own size out of the image padded by reflection (the edge is not repeated).
 *
 * @param top, left of the window in the padded image, 0..2 * padding
 */
export function reflectPadCrop(
  images: ImageBatch,
  { padding, top, left }: { padding: number; top: number; left: number },
): ImageBatch {
  const { height, width } = images;
  return gather(images, height, width, (row, column) => [
    reflected(row + top - padding, height),
    reflected(column + left - padding, width),
  ]);
}

/** Moves the content by whole pixels, right and down where positive; `fill` comes in. */
export function translate(
  images: ImageBatch,
  { right = 0, down = 0, fill = 0 }: { right?: number; down?: number; fill?: number },
): ImageBatch {
  const { height, width } = images;
  return gather(images, height, width, (row, column) => [row - down, column - right], fill);
}

/** An image each pixel of which is a whole pixel of the source; `fill` where that lies outside. */
function gather(
  images: ImageBatch,
  height: number,
  width: number,
  from: (row: number, column: number) => readonly [number, number],
  fill = 0,
): ImageBatch {
  requireFinitePixels(images);
  const { count, channels, data } = images;
  const places = new Int32Array(height * width);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [sourceRow, sourceColumn] = from(row, column);
      const inside = sourceRow >= 0 && sourceRow < images.height && sourceColumn >= 0 && sourceColumn < images.width;
      places[row * width + column] = inside ? (sourceRow * images.width + sourceColumn) * channels : -1;
    }
  const out = new Float32Array(count * height * width * channels).fill(fill);
  const length = images.height * images.width * channels;
  for (let image = 0; image < count; image++)
    for (let pixel = 0; pixel < places.length; pixel++) {
      const place = places[pixel]!;
      if (place < 0) continue;
      const at = (image * places.length + pixel) * channels;
      for (let channel = 0; channel < channels; channel++) out[at + channel] = data[image * length + place + channel]!;
    }
  return { count, height, width, channels, data: out };
}
