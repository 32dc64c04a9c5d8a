import { hostTranspose, type tf } from '@twoshot/engine';

/** Rows of a tensor [count, dim], read to the host. */
export interface EmbeddingRows {
  readonly count: number;
  readonly dim: number;
  /** [count, dim], of unit length if normalised */
  readonly values: Float32Array;
  /** [count] squared length of each row of `values` */
  readonly squared: Float64Array;
  /** [count] length of each row before it was normalised; null if the rows are as given */
  readonly length: Float64Array | null;
}

/**
 * @param embeddings [count, dim]
 * @param normalize L2-normalise the rows; a row of zeros stays one and takes no gradient
 */
export function embeddingRows(embeddings: tf.Tensor2D, normalize: boolean): EmbeddingRows {
  const [count, dim] = embeddings.shape;
  return rowsOf(embeddings.dataSync<'float32'>(), count, dim, normalize);
}

/** As `embeddingRows`, of [dim, count]: every column is a row. */
export function embeddingColumns(embeddings: tf.Tensor2D, normalize: boolean): EmbeddingRows {
  const [dim, count] = embeddings.shape;
  return rowsOf(hostTranspose(embeddings.dataSync<'float32'>(), dim, count), count, dim, normalize);
}

function rowsOf(given: Float32Array, count: number, dim: number, normalize: boolean): EmbeddingRows {
  const squared = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0;
    for (const end = at + dim; at < end; at++) sum += given[at]! * given[at]!;
    squared[row] = sum;
  }
  if (!normalize) return { count, dim, values: given, squared, length: null };
  const values = new Float32Array(count * dim);
  const length = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    const norm = Math.sqrt(squared[row]!);
    const factor = norm > 0 ? 1 / norm : 0;
    length[row] = norm;
    squared[row] = norm > 0 ? 1 : 0;
    for (const end = at + dim; at < end; at++) values[at] = given[at]! * factor;
  }
  return { count, dim, values, squared, length };
}

/**
 * Turns a gradient with respect to `rows.values` into one with respect to the tensor that the rows were read from, in
 * place: through x / |x| only what is perpendicular to the row passes, divided by |x|.
 */
export function throughNormalisation(rows: EmbeddingRows, gradient: Float32Array, upstream: number): Float32Array {
  const { count, dim, values, length } = rows;
  if (length === null) {
    if (upstream !== 1) for (let at = 0; at < gradient.length; at++) gradient[at]! *= upstream;
    return gradient;
  }
  for (let row = 0; row < count; row++) {
    const start = row * dim;
    let along = 0;
    for (let at = start; at < start + dim; at++) along += gradient[at]! * values[at]!;
    const factor = length[row]! > 0 ? upstream / length[row]! : 0;
    for (let at = start; at < start + dim; at++) gradient[at] = factor * (gradient[at]! - along * values[at]!);
  }
  return gradient;
}
