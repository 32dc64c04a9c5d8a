import type { tf } from '@twoshot/engine';
import { multiSimilarityMask } from '../../miners/multi-similarity.js';
import { logSumExp } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';

export interface MultiSimilarityOptions {
  /** Scale of the positives. */
  readonly alpha: number;
  /** Scale of the negatives. */
  readonly beta: number;
  /** Similarity that counts as neither. */
  readonly base: number;
  /** Slack of the miner; null takes all pairs. */
  readonly minerEpsilon: number | null;
}

/**
 * Multi-similarity loss (Wang et al. 2019) on cosines s: mean over all anchors of
 * log(1 + sum over positives of e^(-alpha (s - base))) / alpha + log(1 + sum over negatives of e^(beta (s - base))) / beta.
 * The miner's choice is constant for the gradient.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 */
export function multiSimilarityLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  { alpha = 2, beta = 50, base = 0.5, minerEpsilon = null }: Partial<MultiSimilarityOptions> = {},
): { readonly loss: tf.Scalar } {
  return pairLoss(embeddings, { measure: 'inner-product', normalize: true }, (matrix, batch) => {
    const kept = minerEpsilon === null ? null : multiSimilarityMask(matrix, labels, minerEpsilon);
    const slope = new Float64Array(matrix.length);
    // Element 0 of each list stands for the 1 inside the logarithm.
    const attraction = new Float64Array(batch + 1);
    const repulsion = new Float64Array(batch + 1);
    let sum = 0;
    for (let i = 0; i < batch; i++) {
      const row = i * batch;
      attraction.fill(Number.NEGATIVE_INFINITY)[0] = 0;
      repulsion.fill(Number.NEGATIVE_INFINITY)[0] = 0;
      for (let j = 0, at = row; j < batch; j++, at++) {
        if (i === j) continue;
        if (labels[i] === labels[j]) {
          if (kept === null || kept.positive[at] === 1) attraction[j + 1] = -alpha * (matrix[at]! - base);
        } else if (kept === null || kept.negative[at] === 1) repulsion[j + 1] = beta * (matrix[at]! - base);
      }
      sum += logSumExp(attraction, 0, batch + 1, attraction) / alpha;
      sum += logSumExp(repulsion, 0, batch + 1, repulsion) / beta;
      for (let j = 0; j < batch; j++) slope[row + j] = (repulsion[j + 1]! - attraction[j + 1]!) / batch;
    }
    return { loss: sum / Math.max(1, batch), slope, parts: {} };
  });
}
