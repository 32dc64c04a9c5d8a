import { tf } from '@twoshot/engine';
import type { EmbeddingRows } from './embedding-rows.js';

/** How two rows are compared: a distance, or their inner product (the cosine, if the rows are normalised). */
export type Measure = 'euclidean' | 'squared-euclidean' | 'inner-product';

/**
 * |a|^2 + |b|^2 - 2 ab loses all digits where a and b are close. Pairs nearer than this share of |a|^2 + |b|^2 are
 * worked out from their difference, so that equal rows are at distance 0 and have gradient 0.
 */
const near = 0.02;

/**
 * Compares every row of `left` with every row of `right`.
 *
 * @returns [left, right]
 */
export function pairMatrix(left: EmbeddingRows, right: EmbeddingRows, measure: Measure): Float32Array {
  const columns = transposed(right.values, right.count, right.dim);
  const matrix = product(left.values, columns, left.count, right.count);
  if (measure === 'inner-product') return matrix;
  for (let i = 0, at = 0; i < left.count; i++)
    for (let j = 0; j < right.count; j++, at++) {
      const scale = left.squared[i]! + right.squared[j]!;
      let squared = scale - 2 * matrix[at]!;
      if (squared < near * scale) squared = squaredDistance(left, i, right, j);
      matrix[at] = measure === 'euclidean' ? Math.sqrt(squared) : squared;
    }
  return matrix;
}

function squaredDistance(left: EmbeddingRows, i: number, right: EmbeddingRows, j: number): number {
  const { dim } = left;
  let sum = 0;
  for (let k = 0, a = i * dim, b = j * dim; k < dim; k++, a++, b++) {
    const difference = left.values[a]! - right.values[b]!;
    sum += difference * difference;
  }
  return sum;
}

/**
 * The way back from the matrix to its left rows.
 *
 * @param slope [left, right] derivative of the loss with respect to each element of `matrix`
 * @returns [left, dim] gradient with respect to `left.values`
 */
export function pullBack(
  slope: Float64Array,
  matrix: Float32Array,
  left: EmbeddingRows,
  right: EmbeddingRows,
  measure: Measure,
): Float32Array {
  const { dim } = left;
  const coefficients = new Float32Array(slope.length);
  if (measure === 'inner-product') {
    coefficients.set(slope);
    return product(coefficients, right.values, left.count, dim);
  }
  // The gradient of a distance is a multiple of the difference of its rows: c (a - b).
  const total = new Float64Array(left.count);
  const nearPart = new Float64Array(left.count * dim);
  for (let i = 0, at = 0; i < left.count; i++)
    for (let j = 0; j < right.count; j++, at++) {
      if (slope[at] === 0 || matrix[at] === 0) continue;
      const value = matrix[at]!;
      const coefficient = measure === 'euclidean' ? slope[at]! / value : 2 * slope[at]!;
      const squared = measure === 'euclidean' ? value * value : value;
      if (squared < near * (left.squared[i]! + right.squared[j]!))
        for (let k = 0, a = i * dim, b = j * dim; k < dim; k++, a++, b++)
          nearPart[a]! += coefficient * (left.values[a]! - right.values[b]!);
      else {
        coefficients[at] = coefficient;
        total[i]! += coefficient;
      }
    }
  const gradient = product(coefficients, right.values, left.count, dim);
  for (let i = 0, at = 0; i < left.count; i++)
    for (let k = 0; k < dim; k++, at++) gradient[at] = total[i]! * left.values[at]! - gradient[at]! + nearPart[at]!;
  return gradient;
}

/** [n, k] times [k, m]; plain products only, because the WASM engine is slow at transposed ones. */
function product(left: Float32Array, right: Float32Array, n: number, m: number): Float32Array {
  if (left.length === 0 || right.length === 0) return new Float32Array(n * m);
  const a = tf.tensor2d(left, [n, left.length / n]);
  const b = tf.tensor2d(right, [right.length / m, m]);
  const result = tf.matMul(a, b);
  // A copy, because the CPU engine hands out its own memory.
  const values = result.dataSync<'float32'>().slice();
  tf.dispose([a, b, result]);
  return values;
}

/** [rows, columns] to [columns, rows]. */
export function transposed<T extends Float32Array | Float64Array>(matrix: T, rows: number, columns: number): T {
  const turned = matrix.slice() as T;
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) turned[j * rows + i] = matrix[at]!;
  return turned;
}
