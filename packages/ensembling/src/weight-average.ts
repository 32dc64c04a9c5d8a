import { requireFiniteValues } from '@twoshot/geometry';

/**
 * Running means of snapshots of weights, [snapshots, size]: after snapshot i the mean moves by (w - mean) / (i + 1)
 * (stochastic weight averaging, Izmailov et al. 2018).
 *
 * @param snapshots [snapshots, size] one after the other
 */
export function runningAverages(snapshots: ArrayLike<number>, count: number): Float64Array {
  if (count < 1 || snapshots.length % count !== 0)
    throw new RangeError(`expected ${count} snapshots of one size, got ${snapshots.length} values`);
  const size = snapshots.length / count;
  requireFiniteValues(snapshots, size, 'weights');
  const running = new Float64Array(snapshots.length);
  for (let i = 0; i < snapshots.length; i++) {
    const previous = i < size ? 0 : running[i - size]!;
    running[i] = previous + (snapshots[i]! - previous) / (Math.floor(i / size) + 1);
  }
  return running;
}
