import type { ImageBatch, Plane } from './image.js';

/** Position of the first value that is NaN or infinite; -1 where there is none. */
function firstBroken(data: ArrayLike<number>): number {
  // Such a value less itself is NaN, and the sum stays NaN.
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += data[at]! - data[at]!;
  if (sum === 0) return -1;
  let at = 0;
  while (Number.isFinite(data[at])) at++;
  return at;
}

/** Throws a RangeError that names the first pixel that is not finite: its image, row, column and channel. */
export function requireFinitePixels({ height, width, channels, data }: ImageBatch<Float32Array | Uint8Array>): void {
  const at = firstBroken(data);
  if (at < 0) return;
  const pixel = Math.floor(at / channels);
  throw new RangeError(
    `expected finite pixels, got ${data[at]} in image ${Math.floor(pixel / (height * width))}, ` +
      `row ${Math.floor(pixel / width) % height}, column ${pixel % width}, channel ${at % channels}`,
  );
}

/** As {@link requireFinitePixels}, for one plane. */
export function requireFinitePlane({ width, data }: Plane<ArrayLike<number>>): void {
  const at = firstBroken(data);
  if (at >= 0)
    throw new RangeError(
      `expected finite pixels, got ${data[at]} in row ${Math.floor(at / width)}, column ${at % width}`,
    );
}

/** Throws a RangeError that names the first row of [n, length] with a value that is not finite. */
export function requireFiniteRows(data: ArrayLike<number>, length: number, what: string): void {
  const at = firstBroken(data);
  if (at >= 0) throw new RangeError(`expected finite ${what}, got ${data[at]} in row ${Math.floor(at / length)}`);
}
