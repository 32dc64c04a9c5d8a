import { dims, type Numbers, offset, read, zeros } from './contract.fixture.js';
import type { FusedConv2dOptions } from './fused-conv2d.js';
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

/** A convolution in groups of channels by plain loops. */
export function referenceConv(x: Numbers, filter: Numbers, groups: number, geometry: Geometry): Numbers {
  const [batch] = dims(x);
  const [height, width, channels, outputs] = dims(filter);
  const size: Pair = [height, width];
  const [rows, columns] = slide(x, size, geometry, () => {});
  const y = zeros([batch, rows, columns, outputs]);
  slide(x, size, geometry, ([row, column], cell, tap) => {
    for (let image = 0; image < batch; image++) {
      for (let out = 0; out < outputs; out++) {
        const group = Math.floor((out * groups) / outputs);
        for (let channel = 0; channel < channels; channel++) {
          const place = offset(y.shape, [image, row, column, out]);
          const product = read(x, [image, ...cell, group * channels + channel]) * read(filter, [...tap, channel, out]);
          y.data[place] = (y.data[place] ?? NaN) + product;
        }
      }
    }
  });
  return y;
}

export type Activation = NonNullable<FusedConv2dOptions['activation']>;

const activated = (value: number, activation: Activation): number => {
  if (activation === 'linear') return value;
  return activation === 'relu' ? Math.max(value, 0) : Math.min(Math.max(value, 0), 6);
};

/** activation(y + bias + residual) */
export function followed(y: Numbers, bias: Numbers, residual: Numbers | undefined, activation: Activation): Numbers {
  const channels = bias.data.length;
  const data = y.data.map((value, place) =>
    activated(value + (bias.data[place % channels] ?? NaN) + (residual?.data[place] ?? 0), activation),
  );
  return { shape: y.shape, data };
}
