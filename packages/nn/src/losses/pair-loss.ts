import { tf } from '@twoshot/engine';
import { closedForm } from './closed-form.js';
import { embeddingRows, throughNormalisation } from './embedding-rows.js';
import { type Measure, pairMatrix, pullBack, transposed } from './pair-matrix.js';

/** What a loss over pairs makes of the matrix of all pairs. */
export interface PairTerms<Parts extends object> {
  readonly loss: number;
  /** Derivative of the loss with respect to each element of the matrix; the same size. */
  readonly slope: Float64Array;
  readonly parts: Parts;
}

export interface Comparison {
  readonly measure: Measure;
  /** L2-normalise the rows first. */
  readonly normalize: boolean;
}

/**
 * A loss that sees a batch only through the comparison of every row with every row.
 *
 * @param embeddings [batch, dim]
 * @param terms from the matrix [batch, batch], whose diagonal carries no meaning
 */
export function pairLoss<Parts extends object>(
  embeddings: tf.Tensor2D,
  { measure, normalize }: Comparison,
  terms: (matrix: Float32Array, batch: number) => PairTerms<Parts>,
): { readonly loss: tf.Scalar } & Parts {
  return closedForm([embeddings], () => {
    const rows = embeddingRows(embeddings, normalize);
    const matrix = pairMatrix(rows, rows, measure);
    const { loss, slope, parts } = terms(matrix, rows.count);
    return {
      loss,
      parts,
      gradients: (upstream) => {
        const gradient = pullBack(symmetric(slope, rows.count), matrix, rows, rows, measure);
        return [tf.tensor2d(throughNormalisation(rows, gradient, upstream), embeddings.shape)];
      },
    };
  });
}

/** A row takes part in its own comparisons and in those of the others: slope + slope^T, diagonal 0. */
function symmetric(slope: Float64Array, batch: number): Float64Array {
  const sum = new Float64Array(slope.length);
  for (let i = 0; i < batch; i++)
    for (let j = 0; j < i; j++) {
      const both = slope[i * batch + j]! + slope[j * batch + i]!;
      sum[i * batch + j] = both;
      sum[j * batch + i] = both;
    }
  return sum;
}

/**
 * A loss that sees two sets of rows only through the comparison of every row of one with every row of the other:
 * anchors and positives, queries and prototypes, embeddings and proxies.
 *
 * @param left [n, dim]
 * @param right [m, dim]
 * @param terms from the matrix [n, m]
 */
export function crossLoss<Parts extends object>(
  left: tf.Tensor2D,
  right: tf.Tensor2D,
  { measure, normalize }: Comparison,
  terms: (matrix: Float32Array, n: number, m: number) => PairTerms<Parts>,
): { readonly loss: tf.Scalar } & Parts {
  return closedForm([left, right], () => {
    const a = embeddingRows(left, normalize);
    const b = embeddingRows(right, normalize);
    const matrix = pairMatrix(a, b, measure);
    const { loss, slope, parts } = terms(matrix, a.count, b.count);
    return {
      loss,
      parts,
      gradients: (upstream) => {
        const turned = transposed(slope, a.count, b.count);
        const forLeft = pullBack(slope, matrix, a, b, measure);
        const turnedMatrix = measure === 'inner-product' ? matrix : transposed(matrix, a.count, b.count);
        const forRight = pullBack(turned, turnedMatrix, b, a, measure);
        return [
          tf.tensor2d(throughNormalisation(a, forLeft, upstream), left.shape),
          tf.tensor2d(throughNormalisation(b, forRight, upstream), right.shape),
        ];
      },
    };
  });
}
