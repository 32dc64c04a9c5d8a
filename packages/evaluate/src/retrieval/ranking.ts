import { type AnyMatrix, requireFinite } from '@twoshot/geometry';

/**
 * For every query whether the gallery rows are of its class, by descending score; on a tie the lower gallery row first.
 *
 * @param scores [queries, gallery], larger is nearer
 */
export function* rankedMatches(
  scores: AnyMatrix,
  queryLabels: ArrayLike<number>,
  galleryLabels: ArrayLike<number>,
): Generator<boolean[]> {
  requireFinite(scores, 'scores');
  const { rows, columns, data } = scores;
  if (queryLabels.length !== rows) throw new RangeError(`expected ${rows} query labels, got ${queryLabels.length}`);
  if (galleryLabels.length !== columns)
    throw new RangeError(`expected ${columns} gallery labels, got ${galleryLabels.length}`);
  for (let query = 0; query < rows; query++) {
    const own = data.subarray(query * columns, (query + 1) * columns);
    yield descending(own).map((row) => galleryLabels[row] === queryLabels[query]);
  }
}

/** Positions of values by descending value, on a tie the lower position first. */
export const descending = (values: Float32Array | Float64Array): number[] =>
  Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
