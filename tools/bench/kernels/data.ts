import type { Matrix } from '@twoshot/geometry';
import { createRandom } from '@twoshot/engine/random';

/**
 * Rows about ten centres, none negative, as a network's last rectifier gives them.
 *
 * @param distance of the centres; small ones lie within the noise
 * @returns rows and the centre of each
 */
export function featureRows(
  rows: number,
  columns: number,
  seed: number,
  distance = 0.2,
): { points: Matrix; centre: Int32Array } {
  const random = createRandom(seed);
  const centres = Float32Array.from({ length: 10 * columns }, () => random.normal());
  const data = new Float32Array(rows * columns);
  const centre = Int32Array.from({ length: rows }, () => random.integer(10));
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++)
      data[i] = Math.max(0, distance * centres[centre[row]! * columns + column]! + 0.5 * random.normal() + 0.2);
  return { points: { rows, columns, data }, centre };
}

/** Smooth images with some noise, 0..255. */
export function imageBytes(count: number, side: number, channels: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const bytes = new Uint8Array(count * side * side * channels);
  const waves = (): number => (0.2 + random.next()) / 3;
  for (let image = 0, i = 0; image < count; image++) {
    const [a, b, c, d] = [waves(), waves(), waves(), waves()];
    const phase = 6 * random.next();
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        for (let channel = 0; channel < channels; channel++, i++) {
          const wave = Math.sin(a * row + b * column + phase + channel) + Math.sin(c * row - d * column);
          bytes[i] = Math.max(0, Math.min(255, 128 + 50 * wave + 12 * random.normal()));
        }
  }
  return bytes;
}

/** A grey image of blurred spots of many sizes, where keypoints are found. */
export function spottedImage(side: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const values = new Float32Array(side * side).fill(110);
  for (let spot = 0; spot < side * 3; spot++) {
    const [x, y] = [random.integer(side), random.integer(side)];
    const width = 1.2 * 6 ** random.next();
    const height = 90 * (random.next() - 0.5);
    const reach = Math.ceil(3 * width);
    for (let row = Math.max(0, y - reach); row < Math.min(side, y + reach); row++)
      for (let column = Math.max(0, x - reach); column < Math.min(side, x + reach); column++)
        values[row * side + column]! += height * Math.exp(-((row - y) ** 2 + (column - x) ** 2) / (2 * width ** 2));
  }
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, value + 2 * random.normal())));
}
