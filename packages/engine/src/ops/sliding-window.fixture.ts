import { dims, type Numbers } from './contract.fixture.js';
import type { Padding, Pair } from './window.js';

export interface Geometry {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

export const PLAIN: Geometry = {
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
};
export const AROUND: Padding = [
  [1, 1],
  [1, 1],
];

function outputLength(input: number, size: number, [before, after]: Pair, stride: number, dilation: number): number {
  return Math.floor((input + before + after - (size - 1) * dilation - 1) / stride) + 1;
}

/** Calls `visit` with every output cell and every input cell that its window covers, padding left out. */
export function slide(
  x: Numbers,
  size: Pair,
  { strides, padding, dilation }: Geometry,
  visit: (out: readonly [number, number], cell: readonly [number, number], tap: readonly [number, number]) => void,
): Pair {
  const [, height, width] = dims(x);
  const rows = outputLength(height, size[0], padding[0], strides[0], dilation[0]);
  const columns = outputLength(width, size[1], padding[1], strides[1], dilation[1]);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let down = 0; down < size[0]; down++) {
        for (let across = 0; across < size[1]; across++) {
          const y = row * strides[0] - padding[0][0] + down * dilation[0];
          const z = column * strides[1] - padding[1][0] + across * dilation[1];
          if (y >= 0 && y < height && z >= 0 && z < width) visit([row, column], [y, z], [down, across]);
        }
      }
    }
  }
  return [rows, columns];
}
