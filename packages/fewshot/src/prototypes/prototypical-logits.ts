import { type AnyMatrix, cosineSimilarities, type Matrix, squaredDistances } from '@twoshot/geometry';

export interface LogitOptions {
  readonly metric: 'sqeuclidean' | 'cosine';
  readonly scale: number;
}

/**
 * Logits of rows from prototypes: minus the squared distance (Snell et al. 2017) or the cosine, times a scale.
 *
 * @param prototypes [classes, dim]
 * @param query [queries, dim]
 * @returns [queries, classes]
 */
export function prototypicalLogits(
  prototypes: AnyMatrix,
  query: AnyMatrix,
  { metric, scale }: LogitOptions,
): Matrix<Float64Array> {
  const { rows, columns, data } =
    metric === 'cosine' ? cosineSimilarities(query, prototypes) : squaredDistances(query, prototypes);
  const factor = metric === 'cosine' ? scale : -scale;
  return { rows, columns, data: data.map((value) => factor * value) };
}
