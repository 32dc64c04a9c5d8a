import type { AnyMatrix } from '@twoshot/geometry';
import { rankedMatches } from './ranking.js';

export interface MeanAveragePrecision {
  /** [queries] 0..1; 0 for a query whose class is not in the gallery */
  readonly averagePrecision: Float64Array;
  /** Mean over the queries whose class is in the gallery; 0 where there is none. */
  readonly value: number;
}

/**
 * Mean average precision of retrieval: the mean of the precisions at the ranks of the R matches of a query. `r` counts
 * only ranks 1..R and still divides by R (MAP@R, Musgrave et al. 2020).
 *
 * @param scores [queries, gallery], larger is nearer; on a tie the lower gallery row comes first
 * @param queryLabels [queries]
 * @param galleryLabels [gallery]
 */
export function meanAveragePrecision(
  scores: AnyMatrix,
  queryLabels: ArrayLike<number>,
  galleryLabels: ArrayLike<number>,
  { cutoff = 'all' }: { readonly cutoff?: 'all' | 'r' } = {},
): MeanAveragePrecision {
  const averagePrecision = new Float64Array(scores.rows);
  let [query, counted, sum] = [0, 0, 0];
  for (const matches of rankedMatches(scores, queryLabels, galleryLabels)) {
    const total = matches.filter(Boolean).length;
    let found = 0;
    for (const [at, isMatch] of matches.slice(0, cutoff === 'r' ? total : matches.length).entries())
      if (isMatch) averagePrecision[query]! += ++found / (at + 1) / total;
    if (total > 0) counted++;
    sum += averagePrecision[query++]!;
  }
  return { averagePrecision, value: counted > 0 ? sum / counted : 0 };
}
