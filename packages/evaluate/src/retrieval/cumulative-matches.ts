import type { AnyMatrix } from '@twoshot/geometry';
import { rankedMatches } from './ranking.js';

export interface CumulativeMatches {
  /** [ranks] fraction of the counted queries whose first match is at rank 1, at most at rank 2, ... */
  readonly cmc: Float64Array;
  /** Queries whose class is in the gallery; the others do not count. */
  readonly counted: number;
}

/**
 * Cumulative matching characteristic (Gray et al. 2007): how often the first match is among the first ranks.
 *
 * @param scores [queries, gallery], larger is nearer; on a tie the lower gallery row comes first
 * @param queryLabels [queries]
 * @param galleryLabels [gallery]
 */
export function cumulativeMatches(
  scores: AnyMatrix,
  queryLabels: ArrayLike<number>,
  galleryLabels: ArrayLike<number>,
  { ranks }: { readonly ranks: number },
): CumulativeMatches {
  const cmc = new Float64Array(ranks);
  let counted = 0;
  for (const matches of rankedMatches(scores, queryLabels, galleryLabels)) {
    const first = matches.indexOf(true);
    if (first < 0) continue;
    counted++;
    for (let rank = first; rank < ranks; rank++) cmc[rank]!++;
  }
  return { cmc: cmc.map((hits) => (counted > 0 ? hits / counted : 0)), counted };
}
