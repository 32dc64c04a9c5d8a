import { tf } from '@twoshot/engine';
import { betweenBlocks, type LongWork } from './long-work.js';
import type { Matrix } from './matrix.js';

const blockRows = 1024;

/**
 * Rows times a matrix, [rows, width], through the engine. Blocks have one fixed shape (the last is filled up with
 * zeros), so that no row's result depends on how many rows there are.
 *
 * @param points [rows, dim]
 * @param right [dim, width]
 */
export async function multiplyRows(points: Matrix, right: Matrix, work: LongWork = {}): Promise<Matrix> {
  const { rows, columns, data } = points;
  if (columns !== right.rows) throw new RangeError(`expected rows of ${right.rows} values, got ${columns}`);
  const result = new Float32Array(rows * right.columns);
  const factor = tf.tensor2d(right.data, [right.rows, right.columns]);
  try {
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      const padded = new Float32Array(blockRows * columns);
      padded.set(data.subarray(start * columns, (start + count) * columns));
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(padded, [blockRows, columns]), factor));
      result.set(product.dataSync<'float32'>().subarray(0, count * right.columns), start * right.columns);
      product.dispose();
      await betweenBlocks(work, start + count, rows);
    }
  } finally {
    factor.dispose();
  }
  return { rows, columns: right.columns, data: result };
}

/**
 * Mean over rows of x x^T, [dim, dim]: products of blocks through the engine, summed in float64.
 *
 * @param points [rows, dim], usually centred
 */
export async function secondMoment(points: Matrix, work: LongWork = {}): Promise<Float64Array> {
  const { rows, columns, data } = points;
  const moment = new Float64Array(columns * columns);
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    const product = tf.tidy(() => {
      const block = tf.tensor2d(data.subarray(start * columns, (start + count) * columns), [count, columns]);
      return tf.matMul(block, block, true);
    });
    const values = product.dataSync<'float32'>();
    for (let i = 0; i < moment.length; i++) moment[i]! += values[i]!;
    product.dispose();
    await betweenBlocks(work, start + count, rows);
  }
  if (rows > 0) for (let i = 0; i < moment.length; i++) moment[i]! /= rows;
  return moment;
}
