import { tf } from '@twoshot/engine';

/** Squared norms of rows, [rows]. */
export function squaredNorms(data: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) for (const end = i + columns; i < end; i++) norms[row]! += data[i]! ** 2;
  return norms;
}

/**
 * |row - centre|^2 of all rows and centres, [rows, classes], as |row|^2 + |centre|^2 - 2 row centre: one product on the
 * engine, in single precision.
 *
 * @param norms [rows] squared
 * @param centres [classes, columns]
 */
export function distancesTo(
  rows: tf.Tensor2D,
  norms: Float64Array,
  centres: Float64Array,
  classes: number,
  columns: number,
): Float64Array {
  const product = tf.tidy(() =>
    tf.matMul(rows, tf.tensor2d(Float32Array.from(centres), [classes, columns]), false, true),
  );
  const values = product.dataSync<'float32'>();
  product.dispose();
  const centreNorms = squaredNorms(centres, classes, columns);
  const distances = new Float64Array(values.length);
  for (let row = 0, i = 0; row < norms.length; row++)
    for (let label = 0; label < classes; label++, i++)
      distances[i] = norms[row]! + centreNorms[label]! - 2 * values[i]!;
  return distances;
}

/**
 * Sums of rows by class, plan^T rows, [classes, dim]: one product on the engine, in single precision.
 *
 * @param plan [rows, classes] weights
 */
export function weightedSums(plan: Float64Array, rows: tf.Tensor2D, classes: number): Float32Array {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d(Float32Array.from(plan), [rows.shape[0], classes]), rows, true, false),
  );
  const sums = product.dataSync<'float32'>();
  product.dispose();
  return sums;
}
