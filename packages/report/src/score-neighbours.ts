import type { Features } from '@twoshot/artifact';
import { areaUnderRoc, cumulativeMatches, meanAveragePrecision } from '@twoshot/evaluate';
import { matrixOf } from '@twoshot/geometry';

/** Maximum pairs per query for the area under the ROC curve: more would only cost time. */
const pairsOfQuery = 200;

/** Rows at unit length, [m, dim]; rows of zeros stay. */
function directions({ dim, values }: Features, positions: readonly number[]): Float32Array {
  const unit = new Float32Array(positions.length * dim);
  for (const [at, row] of positions.entries()) {
    const own = values.subarray(row * dim, (row + 1) * dim);
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let i = 0; i < dim; i++) unit[at * dim + i] = own[i]! / length;
  }
  return unit;
}

/**
 * How well rows retrieve others of their class by the cosine of features; none without a row that has another of its
 * class in the set.
 *
 * @param positions [m] rows of the features
 * @param truth [m] true class of each
 * @param queries number of query rows, spread evenly over the `m`; the gallery of each is all others
 */
export function scoreNeighbours(
  features: Features,
  positions: readonly number[],
  truth: readonly number[],
  queries: number,
  onQuery: (done: number) => void = () => undefined,
): Readonly<Record<string, number>> {
  const { dim } = features;
  const unit = directions(features, positions);
  const count = positions.length;
  const every = Math.max(1, Math.floor((count - 1) / pairsOfQuery));
  const [cosines, same]: [number[], number[]] = [[], []];
  let [precision, nearest, counted] = [0, 0, 0];
  for (let query = 0; query < queries; query++) {
    const own = Math.floor((query * count) / queries);
    const others = Array.from(truth.keys()).filter((row) => row !== own);
    const scores = Float32Array.from(others, (row) => {
      let cosine = 0;
      for (let i = 0; i < dim; i++) cosine += unit[own * dim + i]! * unit[row * dim + i]!;
      return cosine;
    });
    const labels = others.map((row) => truth[row]!);
    const ranked = matrixOf(1, others.length, scores);
    const matches = cumulativeMatches(ranked, [truth[own]!], labels, { ranks: 1 });
    counted += matches.counted;
    nearest += matches.cmc[0]! * matches.counted;
    precision += meanAveragePrecision(ranked, [truth[own]!], labels, { cutoff: 'r' }).value;
    for (let pair = query % every; pair < others.length; pair += every) {
      cosines.push(scores[pair]!);
      same.push(labels[pair] === truth[own] ? 1 : 0);
    }
    onQuery(query + 1);
  }
  if (counted === 0) return {};
  const isMixed = same.includes(0) && same.includes(1);
  return {
    meanAveragePrecisionAtR: precision / counted,
    nearestOfClass: nearest / counted,
    ...(isMixed && { areaUnderRocOfPairs: areaUnderRoc(cosines, same) }),
  };
}
