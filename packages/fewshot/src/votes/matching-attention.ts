import { cosineSimilarities, type Matrix, softmaxRows } from '@twoshot/geometry';

export interface MatchingAttention {
  /** [queries, rows] */
  readonly attention: Matrix<Float64Array>;
  /** [queries, classes] */
  readonly probabilities: Matrix<Float64Array>;
  /** [queries, classes] ln(probabilities + epsilon) */
  readonly logProbabilities: Matrix<Float64Array>;
}

/**
 * Matching networks without full context embeddings (Vinyals et al. 2016, equations 1 and 2): attention is the
 * softmax over labelled rows of the cosine, in the paper without a temperature.
 *
 * @param support [rows, dim]
 * @param labels [rows]
 * @param query [queries, dim]
 */
export function matchingAttention(
  support: Matrix,
  labels: ArrayLike<number>,
  query: Matrix,
  {
    classes,
    temperature = 1,
    epsilon = 1e-6,
  }: { readonly classes: number; readonly temperature?: number; readonly epsilon?: number },
): MatchingAttention {
  const attention = softmaxRows(cosineSimilarities(query, support), temperature);
  const data = new Float64Array(query.rows * classes);
  for (let row = 0, at = 0; row < query.rows; row++)
    for (let other = 0; other < support.rows; other++, at++)
      data[row * classes + labels[other]!]! += attention.data[at]!;
  const shape = { rows: query.rows, columns: classes };
  return {
    attention,
    probabilities: { ...shape, data },
    logProbabilities: { ...shape, data: data.map((value) => Math.log(value + epsilon)) },
  };
}
