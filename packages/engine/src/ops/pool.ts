import * as tf from '@tensorflow/tfjs-core';
import { POOL_MAXIMA, POOL_MAXIMA_GRADIENT } from '../backends/wasm/kernel-names.js';
import { differentiable } from './differentiable.js';
import {
  float32,
  hasOwnKernels,
  isNative,
  runKernels,
  shapeTensor,
  text,
  whole,
  type Attribute,
} from './native-kernel.js';
import { everyCell, spreadOut } from './strided-cells.js';
import { isWasm } from './wasm-kernel.js';
import { createWindow, outputLength, padsOf, type Padding, type Pair, type Window } from './window.js';

export interface PoolOptions {
  /** `[height, width]` of the window. */
  readonly size: Pair;
  /** `[height, width]`; default the size. */
  readonly strides?: Pair;
  /** `[[top, bottom], [left, right]]`; default none. */
  readonly padding?: Padding;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padded cells count in the divisor (PyTorch's default); otherwise only real ones (TensorFlow's rule). */
  readonly countIncludePad?: boolean;
}

/**
 * The largest value of every window; padding never wins, and the gradient goes to the first of equal values.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, height', width', channels]`, sizes rounded down
 */
export function maxPool(x: tf.Tensor4D, options: PoolOptions): tf.Tensor4D {
  const window = windowOf(options);
  outputShape(x, window);
  return tf.tidy(() => maximumOfCells(isPadded(window) ? tf.pad(x, padsOf(window.padding), LOWEST) : x, window));
}

function maximumOfCells(x: tf.Tensor4D, window: Window): tf.Tensor4D {
  const native = isNative();
  const attributes = [...attributesOf(window), whole('explicit_paddings', [])];
  const ownAttributes = [whole('size', window.size), whole('strides', window.strides)];
  return differentiable({
    inputs: { x },
    forward: (save: (tensors: [tf.Tensor4D, tf.Tensor4D]) => void): tf.Tensor4D => {
      const y = native ? runKernels<[tf.Tensor4D]>('MaxPool', attributes, [x], 1)[0] : portableMaxima(x, window);
      save([x, y]);
      return y;
    },
    backward: (dy, [images, y]) => ({
      x: () => {
        if (isWasm()) return poolOnThreads(POOL_MAXIMA_GRADIENT, { x: images, y, dy }, window);
        if (!native) return spreadToMaxima(images, y, dy, window);
        return hasOwnKernels()
          ? runKernels<[tf.Tensor]>('TwoshotMaxPoolGrad', ownAttributes, [images, y, dy], 1)[0]
          : runKernels<[tf.Tensor]>('MaxPoolGrad', attributes, [images, y, dy], 1)[0];
      },
    }),
  });
}

/**
 * The mean of every window.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, height', width', channels]`, sizes rounded down
 */
export function avgPool(x: tf.Tensor4D, options: AvgPoolOptions): tf.Tensor4D {
  const window = windowOf(options);
  const [height, width] = outputShape(x, window);
  if (!isPadded(window)) return meanOfCells(x, window);
  return tf.tidy(() => {
    const pooled = meanOfCells(tf.pad(x, padsOf(window.padding)), window);
    if (options.countIncludePad ?? true) return pooled;
    const rows = realCells(x.shape[1], height, window, 0);
    const columns = realCells(x.shape[2], width, window, 1);
    const cells = window.size[0] * window.size[1];
    const factors = rows.flatMap((down) => columns.map((across) => cells / (down * across)));
    return tf.mul(pooled, tf.tensor4d(factors, [1, height, width, 1]));
  });
}

/** Finite, so that a gradient of zero times it stays zero. */
const LOWEST = -3.4028234663852886e38;

function portableMaxima(x: tf.Tensor4D, window: Window): tf.Tensor4D {
  if (isWasm()) return poolOnThreads(POOL_MAXIMA, { x }, window);
  return tf.maxPool(x, [...window.size], [...window.strides], 'valid');
}

function poolOnThreads(name: string, inputs: tf.NamedTensorMap, { size, strides }: Window): tf.Tensor4D {
  return tf.engine().runKernel(name, inputs, { size: [...size], strides: [...strides] });
}

/** Gives every gradient to the first largest cell of its window. */
function spreadToMaxima(x: tf.Tensor4D, y: tf.Tensor4D, dy: tf.Tensor4D, { size, strides }: Window): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [, rows, columns] = y.shape;
  let left: tf.Tensor4D = dy;
  let total: tf.Tensor4D = tf.zerosLike(x);
  for (let row = 0; row < size[0]; row++) {
    for (let column = 0; column < size[1]; column++) {
      const seen = everyCell(x, [row, column], strides, [rows, columns]);
      const given: tf.Tensor4D = tf.mul(left, tf.cast(tf.equal(seen, y), 'float32'));
      left = tf.sub(left, given);
      const spread = spreadOut(given, strides);
      const [, down, across] = spread.shape;
      const placed = tf.pad(spread, [
        [0, 0],
        [row, height - row - down],
        [column, width - column - across],
        [0, 0],
      ]);
      total = tf.add(total, placed);
    }
  }
  return tf.reshape(total, [batch, height, width, channels]);
}

function meanOfCells(x: tf.Tensor4D, window: Window): tf.Tensor4D {
  if (!isNative()) return tf.avgPool(x, [...window.size], [...window.strides], 'valid');
  const attributes = attributesOf(window);
  const { shape } = x;
  return differentiable({
    inputs: { x },
    forward: () => runKernels<[tf.Tensor4D]>('AvgPool', attributes, [x], 1)[0],
    backward: (dy) => ({ x: () => runKernels<[tf.Tensor]>('AvgPoolGrad', attributes, [shapeTensor(shape), dy], 1)[0] }),
  });
}

function windowOf({ size, strides, padding }: PoolOptions): Window {
  return createWindow(size, { strides: strides ?? size, ...(padding && { padding }) });
}

function outputShape(x: tf.Tensor4D, window: Window): Pair {
  return [outputLength(x.shape[1], window, 0), outputLength(x.shape[2], window, 1)];
}

function isPadded({ padding }: Window): boolean {
  return padding.flat().some((cells) => cells > 0);
}

/** How many real cells each window covers along an axis. */
function realCells(input: number, output: number, { size, strides, padding }: Window, axis: 0 | 1): number[] {
  return Array.from({ length: output }, (_, index) => {
    const start = index * strides[axis] - padding[axis][0];
    return Math.min(start + size[axis], input) - Math.max(start, 0);
  });
}

function attributesOf({ size, strides }: Window): readonly Attribute[] {
  return [
    float32(),
    whole('ksize', [1, ...size, 1]),
    whole('strides', [1, ...strides, 1]),
    text('padding', 'VALID'),
    text('data_format', 'NHWC'),
  ];
}
