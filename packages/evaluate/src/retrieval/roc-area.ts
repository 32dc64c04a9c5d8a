import { matrixOf, requireFinite } from '@twoshot/geometry';

/**
 * Area under the receiver operating characteristic: the fraction of pairs of a positive and a negative row in which the
 * positive has the larger score, ties counting half. For verification (same or not) and for the detection of unknowns.
 *
 * @param scores [rows]
 * @param positive [rows] 1 or 0, both at least once
 */
export function areaUnderRoc(scores: ArrayLike<number>, positive: ArrayLike<number>): number {
  const rows = scores.length;
  requireFinite(matrixOf(rows, 1, Float64Array.from(scores)), 'scores');
  if (positive.length !== rows) throw new RangeError(`expected ${rows} marks of positive rows, got ${positive.length}`);
  const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  let [positives, rankSum] = [0, 0];
  for (let start = 0, end = 0; start < rows; start = end) {
    while (end < rows && scores[order[end]!] === scores[order[start]!]) end++;
    const tied = order.slice(start, end).filter((row) => positive[row] === 1).length;
    positives += tied;
    rankSum += (tied * (start + 1 + end)) / 2;
  }
  const negatives = rows - positives;
  if (positives === 0 || negatives === 0)
    throw new RangeError(`expected positive and negative rows, got ${positives} and ${negatives}`);
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
