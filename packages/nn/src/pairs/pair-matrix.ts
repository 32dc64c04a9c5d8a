import { type HostFactor, hostProduct } from '@twoshot/engine';
import type { EmbeddingRows } from './embedding-rows.js';

/** Comparison of two rows: a distance, or their inner product (the cosine, if the rows are normalised). */
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
  const matrix = hostProduct(factor(left), { ...factor(right), transposed: true });
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

const factor = ({ values, count, dim }: EmbeddingRows): HostFactor => ({ values, shape: [count, dim] });

function squaredDistance(left: EmbeddingRows, i: number, right: EmbeddingRows, j: number): number {
  const { dim } = left;
  let sum = 0;
  for (let k = 0, a = i * dim, b = j * dim; k < dim; k++, a++, b++) {
    const difference = left.values[a]! - right.values[b]!;
    sum += difference * difference;
  }
  return sum;
}

/** Pairs [left, right] as multiples of the difference of their rows, c (left - right), and what is left out of them. */
interface Differences {
  /** [left, right] c of every pair that is not near */
  readonly coefficients: Float32Array;
  /** Sums of c over the rows and the columns of `coefficients`. */
  readonly leftTotal: Float64Array;
  readonly rightTotal: Float64Array;
  /** Sums of c (left - right) over the near pairs, for the left and, with the other sign, for the right rows. */
  readonly leftNear: Float64Array;
  readonly rightNear: Float64Array;
}

function differences(
  slope: Float64Array,
  matrix: Float32Array,
  left: EmbeddingRows,
  right: EmbeddingRows,
  measure: 'euclidean' | 'squared-euclidean',
): Differences {
  const { dim } = left;
  const coefficients = new Float32Array(slope.length);
  const leftTotal = new Float64Array(left.count);
  const rightTotal = new Float64Array(right.count);
  const leftNear = new Float64Array(left.count * dim);
  const rightNear = new Float64Array(right.count * dim);
  for (let i = 0, at = 0; i < left.count; i++)
    for (let j = 0; j < right.count; j++, at++) {
      const value = matrix[at]!;
      if (slope[at] === 0 || value === 0) continue;
      const coefficient = measure === 'euclidean' ? slope[at]! / value : 2 * slope[at]!;
      const squared = measure === 'euclidean' ? value * value : value;
      if (squared < near * (left.squared[i]! + right.squared[j]!))
        for (let k = 0, a = i * dim, b = j * dim; k < dim; k++, a++, b++) {
          const part = coefficient * (left.values[a]! - right.values[b]!);
          leftNear[a]! += part;
          rightNear[b]! -= part;
        }
      else {
        coefficients[at] = coefficient;
        leftTotal[i]! += coefficient;
        rightTotal[j]! += coefficient;
      }
    }
  return { coefficients, leftTotal, rightTotal, leftNear, rightNear };
}

/**
 * The gradients of both sets of rows.
 *
 * @param slope [left, right] derivative of the loss with respect to each element of `matrix`
 * @returns [left, dim] and [right, dim], gradients with respect to the `values` of both
 */
export function pullBack(
  slope: Float64Array,
  matrix: Float32Array,
  left: EmbeddingRows,
  right: EmbeddingRows,
  measure: Measure,
): [Float32Array, Float32Array] {
  const shape = [left.count, right.count] as const;
  if (measure === 'inner-product') {
    const values = Float32Array.from(slope);
    return [
      hostProduct({ values, shape }, factor(right)),
      hostProduct({ values, shape, transposed: true }, factor(left)),
    ];
  }
  const { coefficients: values, ...sums } = differences(slope, matrix, left, right, measure);
  const forLeft = hostProduct({ values, shape }, factor(right));
  const forRight = hostProduct({ values, shape, transposed: true }, factor(left));
  settle(forLeft, left, sums.leftTotal, sums.leftNear);
  settle(forRight, right, sums.rightTotal, sums.rightNear);
  return [forLeft, forRight];
}

/** From the sums of c times the other row to those of c times the difference, in place. */
function settle(gradient: Float32Array, rows: EmbeddingRows, total: Float64Array, nearPart: Float64Array): void {
  for (let i = 0, at = 0; i < rows.count; i++)
    for (let k = 0; k < rows.dim; k++, at++)
      gradient[at] = total[i]! * rows.values[at]! - gradient[at]! + nearPart[at]!;
}

/**
 * The gradient of one set of rows from the matrix of all its pairs. A row occurs in its own comparisons and in those of
 * the others, so that slope + slope^T counts; the diagonal does not.
 *
 * @param slope [count, count] derivative of the loss with respect to each element of `matrix`
 * @returns [count, dim] gradient with respect to `rows.values`
 */
export function pullBackPairs(
  slope: Float64Array,
  matrix: Float32Array,
  rows: EmbeddingRows,
  measure: Measure,
): Float32Array {
  const { count, dim, values, squared } = rows;
  const coefficients = new Float32Array(slope.length);
  const total = new Float64Array(count);
  const nearPart = new Float64Array(measure === 'inner-product' ? 0 : count * dim);
  // A band of columns at a time: the elements on the other side of the diagonal then stay in the nearest cache.
  for (let start = 0; start < count; start += band)
    for (let i = start + 1; i < count; i++)
      for (let j = start, at = i * count + j; j < i && j < start + band; j++, at++) {
        const mirrored = j * count + i;
        const both = slope[at]! + slope[mirrored]!;
        if (measure === 'inner-product') {
          coefficients[at] = both;
          coefficients[mirrored] = both;
          continue;
        }
        const value = matrix[at]!;
        if (both === 0 || value === 0) continue;
        const coefficient = measure === 'euclidean' ? both / value : 2 * both;
        const distance = measure === 'euclidean' ? value * value : value;
        if (distance < near * (squared[i]! + squared[j]!))
          for (let k = 0, a = i * dim, b = j * dim; k < dim; k++, a++, b++) {
            const part = coefficient * (values[a]! - values[b]!);
            nearPart[a]! += part;
            nearPart[b]! -= part;
          }
        else {
          coefficients[at] = coefficient;
          coefficients[mirrored] = coefficient;
          total[i]! += coefficient;
          total[j]! += coefficient;
        }
      }
  const gradient = hostProduct({ values: coefficients, shape: [count, count] }, factor(rows));
  if (measure !== 'inner-product') settle(gradient, rows, total, nearPart);
  return gradient;
}

/** Columns processed together. */
const band = 8;
