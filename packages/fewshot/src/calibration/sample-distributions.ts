import type { Random } from '@twoshot/engine/random';
import { eigenSymmetric, type LongWork, type Matrix } from '@twoshot/geometry';
import type { CalibratedDistributions } from './distribution-calibration.js';

/**
 * Rows sampled from normal distributions, `count` of each, one distribution after the other.
 *
 * @returns [distributions * count, dim]
 */
export async function sampleDistributions(
  { means, covariances }: Pick<CalibratedDistributions, 'means' | 'covariances'>,
  count: number,
  random: Random,
  work: LongWork = {},
): Promise<Matrix> {
  const { rows, columns } = means;
  const data = new Float32Array(rows * count * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    const covariance = covariances.subarray(row * columns * columns, (row + 1) * columns * columns);
    // Unlike a Cholesky factor it exists for the singular covariances of few rows.
    const { values, vectors } = await eigenSymmetric(covariance, columns, { signal: work.signal });
    const deviations = values.map((value) => Math.sqrt(Math.max(value, 0)));
    const own = random.fork(row);
    for (let sample = 0; sample < count; sample++, at += columns) {
      const drawn = Float64Array.from(means.data.subarray(row * columns, (row + 1) * columns));
      for (let axis = 0; axis < columns; axis++) {
        const step = deviations[axis]! * own.normal();
        for (let i = 0; i < columns; i++) drawn[i]! += step * vectors[axis * columns + i]!;
      }
      data.set(drawn, at);
    }
    work.progress?.(row + 1, rows);
  }
  return { rows: rows * count, columns, data };
}
