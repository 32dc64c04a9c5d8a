import { requireFiniteRows } from '../finite.js';

/** Pairs of descriptors that belong together. */
export interface Matches {
  /** [m] rows of the first list, ascending */
  readonly first: Int32Array;
  /** [m] rows of the second list */
  readonly second: Int32Array;
  /** [m] Euclidean distance */
  readonly distance: Float32Array;
}

/**
 * Matches every descriptor of the first list to the nearest of the second, if its distance is below `ratio` times
 * that of the second nearest (Lowe 2004, section 7.1). A list of one has no second nearest and matches nothing.
 *
 * @param first, second [n, length] row-major
 */
export function ratioMatch(first: Float32Array, second: Float32Array, length: number, ratio: number): Matches {
  requireFiniteRows(first, length, 'descriptors');
  requireFiniteRows(second, length, 'descriptors');
  const pairs: { row: number; match: number; distance: number }[] = [];
  const candidates = second.length / length;
  for (let row = 0; row < first.length / length; row++) {
    let best = Infinity;
    let next = Infinity;
    let match = -1;
    for (let candidate = 0; candidate < candidates; candidate++) {
      let sum = 0;
      for (let at = 0; at < length && sum < next; at++) {
        const difference = first[row * length + at]! - second[candidate * length + at]!;
        sum += difference * difference;
      }
      if (sum < best) {
        next = best;
        best = sum;
        match = candidate;
      } else if (sum < next) next = sum;
    }
    const distance = Math.sqrt(best);
    if (next !== Infinity && distance < ratio * Math.sqrt(next)) pairs.push({ row, match, distance });
  }
  return {
    first: Int32Array.from(pairs, ({ row }) => row),
    second: Int32Array.from(pairs, ({ match }) => match),
    distance: Float32Array.from(pairs, ({ distance }) => distance),
  };
}
