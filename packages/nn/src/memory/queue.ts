import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { variableOf } from '../variable.js';
import { type Remembered, rememberVariable } from './remembered.js';

/** The newest rows that were pushed, for methods that compare with earlier batches (MoCo, NNCLR). */
export interface Queue extends Remembered {
  /** [length, dim] of unit length; random directions until rows were pushed */
  readonly rows: tf.Variable<tf.Rank.R2>;
  /**
   * Replaces the oldest rows by rows of unit length.
   *
   * @param newest [n, dim]
   * @throws RangeError where n is above the length of the queue
   */
  push(newest: tf.Tensor2D): void;
}

/** A queue of `length` rows under the name `name`. */
export function createQueue(
  { name, length, dim }: { name: string; length: number; dim: number },
  random: Random,
): Queue {
  const start = Float32Array.from({ length: length * dim }, () => random.normal());
  for (let row = 0; row < length; row++) {
    const values = start.subarray(row * dim, (row + 1) * dim);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    for (let at = 0; at < dim; at++) values[at]! /= norm;
  }
  const rows = variableOf<tf.Rank.R2>([length, dim], start, false);
  return {
    rows,
    ...rememberVariable({ name, variable: rows }),
    push(newest) {
      const [count] = newest.shape;
      if (count > length) throw new RangeError(`A queue of ${length} rows cannot take ${count} at once`);
      // The newest are first, so that no position has to be stored.
      tf.tidy(() => rows.assign(tf.concat2d([newest, tf.slice2d(rows, [0, 0], [length - count, dim])], 0)));
    },
  };
}
