import { hostTranspose, tf } from '@twoshot/engine';
import { closedForm } from './closed-form.js';
import { embeddingColumns, embeddingRows, throughNormalisation } from '../pairs/embedding-rows.js';
import { type Measure, pairMatrix, pullBack, pullBackPairs } from '../pairs/pair-matrix.js';

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
        const gradient = pullBackPairs(slope, matrix, rows, measure);
        return [tf.tensor2d(throughNormalisation(rows, gradient, upstream), embeddings.shape)];
      },
    };
  });
}

/**
 * A loss that sees two sets of rows only through the comparison of every row of one with every row of the other:
 * anchors and positives, queries and prototypes, embeddings and proxies.
 *
 * @param left [n, dim]
 * @param right [m, dim], or [dim, m] if it is given as columns
 * @param terms from the matrix [n, m]
 */
export function crossLoss<Parts extends object>(
  left: tf.Tensor2D,
  right: tf.Tensor2D,
  { measure, normalize, columns = false }: Comparison & { readonly columns?: boolean },
  terms: (matrix: Float32Array, n: number, m: number) => PairTerms<Parts>,
): { readonly loss: tf.Scalar } & Parts {
  return closedForm([left, right], () => {
    const a = embeddingRows(left, normalize);
    const b = columns ? embeddingColumns(right, normalize) : embeddingRows(right, normalize);
    const matrix = pairMatrix(a, b, measure);
    const { loss, slope, parts } = terms(matrix, a.count, b.count);
    return {
      loss,
      parts,
      gradients: (upstream) => {
        const [forLeft, forRight] = pullBack(slope, matrix, a, b, measure);
        const back = throughNormalisation(b, forRight, upstream);
        return [
          tf.tensor2d(throughNormalisation(a, forLeft, upstream), left.shape),
          tf.tensor2d(columns ? hostTranspose(back, b.count, b.dim) : back, right.shape),
        ];
      },
    };
  });
}
