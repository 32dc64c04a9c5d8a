/** Throws a RangeError where two labellings differ in their number of rows, or have none. */
export function requireSameLength(truth: ArrayLike<number>, predicted: ArrayLike<number>): void {
  if (truth.length !== predicted.length)
    throw new RangeError(`expected ${truth.length} predictions, got ${predicted.length}`);
  if (truth.length === 0) throw new RangeError('expected at least one row to score, got none');
}
