/** Part of the time between two batches that may be spent waiting for the second. */
const tolerated = 0.05;
/** A single long wait may be a busy machine, or the start of a worker. */
const inARow = 3;

/**
 * Decides when to add a worker: after three batches in a row that were waited for longer than a twentieth of the time
 * since the one before.
 *
 * @returns takes the milliseconds of one batch after the other
 */
export function watchWaiting(): (waited: number, sinceLast: number) => boolean {
  let late = 0;
  return (waited, sinceLast) => {
    late = waited > tolerated * sinceLast ? late + 1 : 0;
    if (late < inARow) return false;
    late = 0;
    return true;
  };
}
