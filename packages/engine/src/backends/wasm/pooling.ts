import type * as tf from '@tensorflow/tfjs-core';
import { poolFields } from './kernels/max-pool.js';
import type { Machine } from './machine.js';

/** Windows without padding. */
export interface PoolWindow {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
}

type Shape4D = readonly [number, number, number, number];

function shapesOf(x: tf.TensorInfo, { size, strides }: PoolWindow) {
  const [images, height, width, channels] = x.shape as unknown as Shape4D;
  const [rows, columns] = [height, width].map(
    (length, axis) => Math.floor((length - size[axis]!) / strides[axis]!) + 1,
  ) as [number, number];
  const numbers = {
    rows,
    columns,
    size: size[0],
    sizeAcross: size[1],
    xImage: 4 * height * width * channels,
    xRow: 4 * width * channels,
    xColumn: 4 * channels,
    rowStep: 4 * strides[0] * width * channels,
    columnStep: 4 * strides[1] * channels,
    yImage: 4 * rows * columns * channels,
    cellBytes: 4 * channels,
  };
  return { images, numbers, shape: [images, rows, columns, channels] };
}

/** The largest value of every window of `[batch, height, width, channels]`. */
export function poolMaxima(machine: Machine, x: tf.TensorInfo, window: PoolWindow): tf.TensorInfo {
  const { images, numbers, shape } = shapesOf(x, window);
  const y = machine.output(shape);
  const addresses = { x: machine.addressOf(x), y: y.address, dy: 0, dx: 0 };
  machine.withWorkspace((space) => {
    machine.threads.run('maxPool', space.write(poolFields.list({ ...numbers, ...addresses })), images);
  });
  return y.info;
}

/** The gradient for `x`: all of it goes to the first largest cell of a window. */
export function poolMaximaGradient(
  machine: Machine,
  { x, y, dy }: Readonly<Record<'x' | 'y' | 'dy', tf.TensorInfo>>,
  window: PoolWindow,
): tf.TensorInfo {
  const { images, numbers } = shapesOf(x, window);
  const dx = machine.output(x.shape);
  const addresses = {
    x: machine.addressOf(x),
    y: machine.addressOf(y),
    dy: machine.addressOf(dy),
    dx: dx.address,
  };
  machine.withWorkspace((space) => {
    machine.threads.run('maxPoolGradient', space.write(poolFields.list({ ...numbers, ...addresses })), images);
  });
  return dx.info;
}
