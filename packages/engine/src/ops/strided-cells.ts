import * as tf from '@tensorflow/tfjs-core';
import type { Pair } from './window.js';

/** Puts `stride - 1` zeros between neighbouring cells: `[batch, h, w, c]` to `[batch, (h - 1) stride + 1, ..., c]`. */
export function spreadOut(x: tf.Tensor4D, strides: Pair): tf.Tensor4D {
  if (strides.every((stride) => stride === 1)) return x;
  const [batch, height, width, channels] = x.shape;
  const [down, across] = strides;
  const rows = tf.pad(tf.reshape(x, [batch * height, 1, width, channels]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, 0],
  ]);
  const cells = tf.pad(tf.reshape(rows, [batch * height * down * width, 1, channels]), [
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const spread: tf.Tensor4D = tf.reshape(cells, [batch, height * down, width * across, channels]);
  return tf.slice4d(spread, [0, 0, 0, 0], [batch, (height - 1) * down + 1, (width - 1) * across + 1, channels]);
}

/** Every n-th row and column from a start on. */
export function everyCell(x: tf.Tensor4D, [top, left]: Pair, [down, across]: Pair, [rows, columns]: Pair): tf.Tensor4D {
  const [batch, , , channels] = x.shape;
  const end = [batch, top + (rows - 1) * down + 1, left + (columns - 1) * across + 1, channels];
  return tf.reshape(tf.stridedSlice(x, [0, top, left, 0], end, [1, down, across, 1]), [batch, rows, columns, channels]);
}
