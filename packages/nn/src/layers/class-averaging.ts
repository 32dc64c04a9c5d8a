import { tf } from '@twoshot/engine';

/**
 * The matrix that takes the rows of each class to their mean.
 *
 * @param labels [rows] 0..classes - 1
 * @returns [classes, rows]
 * @throws RangeError where a class has no row
 */
export function classAveraging(labels: Int32Array, classes: number): tf.Tensor2D {
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]!++;
  const missing = counts.indexOf(0);
  if (missing >= 0) throw new RangeError(`class ${missing} of the episode has no support row`);
  const matrix = new Float32Array(classes * labels.length);
  for (const [row, label] of labels.entries()) matrix[label * labels.length + row] = 1 / counts[label]!;
  return tf.tensor2d(matrix, [classes, labels.length]);
}
