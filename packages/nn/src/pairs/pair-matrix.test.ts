import { startEngine, tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { beforeAll, expect, test } from 'vitest';
import { embeddingRows } from './embedding-rows.js';
import { pairMatrix } from './pair-matrix.js';

beforeAll(() => startEngine('cpu'));

test('distances of rows that nearly coincide far from the origin keep their digits', () => {
  const random = createRandom(3);
  const base = Array.from({ length: 8 }, () => 100 + random.normal());
  const values = Float32Array.from([...base, ...base.map((value) => value + 1e-3), ...base]);
  const x = tf.tensor2d(values, [3, 8]);
  const rows = embeddingRows(x, false);
  const matrix = pairMatrix(rows, rows, 'euclidean');
  const exact = Math.hypot(...base.map((_, i) => values[i]! - values[8 + i]!));
  expect(matrix[1]! / exact).toBeCloseTo(1, 6);
  expect(matrix[2]).toBe(0);
  x.dispose();
});

test('every measure of two sets is what its definition says', () => {
  const a = tf.tensor2d([1, 0, 0, 2], [2, 2]);
  const b = tf.tensor2d([3, 4, 1, 0, -1, 1], [3, 2]);
  const [left, right] = [embeddingRows(a, false), embeddingRows(b, false)];
  expect([...pairMatrix(left, right, 'inner-product')]).toEqual([3, 1, -1, 8, 0, 2]);
  expect([...pairMatrix(left, right, 'squared-euclidean')]).toEqual([20, 0, 5, 13, 5, 2]);
  const unit = pairMatrix(embeddingRows(a, true), embeddingRows(b, true), 'inner-product');
  expect(unit[0]).toBeCloseTo(0.6, 6);
  expect(unit[5]).toBeCloseTo(Math.SQRT1_2, 6);
  tf.dispose([a, b]);
});
