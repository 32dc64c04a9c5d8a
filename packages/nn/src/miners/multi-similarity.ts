import type { tf } from '@twoshot/engine';
import { requireFiniteValues } from '@twoshot/geometry';
import { embeddingRows } from '../pairs/embedding-rows.js';
import { pairMatrix } from '../pairs/pair-matrix.js';

/** [batch, batch] by [anchor, other], 1 where the pair is kept. */
export interface PairMask {
  readonly positive: Uint8Array;
  readonly negative: Uint8Array;
}

/**
 * Pairs that are hard against the other kind (Wang et al. 2019, section 3.2): positives less similar than the
 * anchor's most similar negative plus `epsilon`, negatives more similar than its least similar positive minus
 * `epsilon`. An anchor that lacks one kind keeps none of the other.
 *
 * @param embeddings [batch, dim], compared by cosine
 * @param labels [batch]
 */
export function mineMultiSimilarity(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  { epsilon = 0.1 }: { epsilon?: number } = {},
): PairMask {
  const rows = embeddingRows(embeddings, true);
  requireFiniteValues(rows.length ?? rows.squared, 1, 'lengths of embeddings');
  return multiSimilarityMask(pairMatrix(rows, rows, 'inner-product'), labels, epsilon);
}

/**
 * The miner on a matrix of cosines that is already computed.
 *
 * @param cosines [batch, batch]
 */
export function multiSimilarityMask(cosines: Float32Array, labels: Int32Array, epsilon: number): PairMask {
  const batch = labels.length;
  const positive = new Uint8Array(batch * batch);
  const negative = new Uint8Array(batch * batch);
  for (let i = 0; i < batch; i++) {
    const row = i * batch;
    let minimumPositive = Number.POSITIVE_INFINITY;
    let maximumNegative = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < batch; j++) {
      if (labels[i] !== labels[j]) maximumNegative = Math.max(maximumNegative, cosines[row + j]!);
      else if (i !== j) minimumPositive = Math.min(minimumPositive, cosines[row + j]!);
    }
    for (let j = 0, at = row; j < batch; j++, at++) {
      if (labels[i] !== labels[j]) negative[at] = Number(cosines[at]! + epsilon > minimumPositive);
      else if (i !== j) positive[at] = Number(cosines[at]! - epsilon < maximumNegative);
    }
  }
  return { positive, negative };
}
