/** Throws a RangeError where two labellings speak of different numbers of rows, or of none. */
export function requireSameLength(truth: ArrayLike<number>, predicted: ArrayLike<number>): void {
  if (truth.length !== predicted.length)
    throw new RangeError(`expected ${truth.length} predictions, got ${predicted.length}`);
  if (truth.length === 0) throw new RangeError('expected at least one row to score, got none');
}
