import { type Matrix, requireFiniteValues, squaredDistances } from '@twoshot/geometry';
import { tukeyTransform } from './tukey-transform.js';

export interface CalibrationOptions {
  /** Exponent of Tukey's ladder of powers; 0 is the logarithm. */
  readonly tukeyLambda: number;
  /** Base classes whose statistics each labelled row uses; at most as many as there are. */
  readonly neighbours: number;
  /** Added to every entry of the covariances. */
  readonly alpha: number;
}

export interface CalibratedDistributions {
  /** [rows, dim] */
  readonly transformed: Matrix<Float64Array>;
  /** [rows, dim] */
  readonly means: Matrix<Float64Array>;
  /** [rows, dim, dim] */
  readonly covariances: Float64Array;
}

/**
 * A normal distribution for each labelled row, with statistics of the nearest base classes (Yang et al. 2021, equations
 * 3 to 6); here clusters serve as base classes.
 *
 * @param support [rows, dim] labelled rows; at least 0, unless tukeyLambda is 1
 * @param baseMeans [bases, dim]
 * @param baseCovariances [bases, dim, dim]
 */
export function calibrateDistributions(
  support: Matrix,
  baseMeans: Matrix,
  baseCovariances: Float32Array,
  { tukeyLambda, neighbours, alpha }: CalibrationOptions,
): CalibratedDistributions {
  const { rows, columns } = support;
  requireFiniteValues(baseCovariances, columns * columns, 'covariances');
  const transformed = tukeyTransform(support, tukeyLambda);
  const distances = squaredDistances(transformed, baseMeans);
  const means = Float64Array.from(transformed.data);
  const covariances = new Float64Array(rows * columns * columns).fill(alpha);
  const borrowed = Math.min(neighbours, baseMeans.rows);
  for (let row = 0; row < rows; row++) {
    const base = Array.from({ length: baseMeans.rows }, (_, i) => i)
      .sort((a, b) => distances.data[row * baseMeans.rows + a]! - distances.data[row * baseMeans.rows + b]! || a - b)
      .slice(0, borrowed);
    for (const one of base) {
      for (let i = 0; i < columns; i++) means[row * columns + i]! += baseMeans.data[one * columns + i]!;
      const size = columns * columns;
      for (let i = 0; i < size; i++) covariances[row * size + i]! += baseCovariances[one * size + i]! / borrowed;
    }
    for (let i = 0; i < columns; i++) means[row * columns + i]! /= borrowed + 1;
  }
  return { transformed, means: { rows, columns, data: means }, covariances };
}
