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
    // The values of the terms and where they come from; element 0 of each list stands for the 1 inside the logarithm.
    const [attraction, attracted] = [new Float64Array(batch + 1), new Int32Array(batch + 1)];
    const [repulsion, repelled] = [new Float64Array(batch + 1), new Int32Array(batch + 1)];
    let sum = 0;
    for (let i = 0; i < batch; i++) {
      const row = i * batch;
      let [positives, negatives] = [1, 1];
      attraction[0] = 0;
      repulsion[0] = 0;
      for (let j = 0, at = row; j < batch; j++, at++) {
        if (i === j) continue;
        if (labels[i] === labels[j]) {
          if (kept !== null && kept.positive[at] !== 1) continue;
          attraction[positives] = -alpha * (matrix[at]! - base);
          attracted[positives++] = at;
        } else {
          if (kept !== null && kept.negative[at] !== 1) continue;
          repulsion[negatives] = beta * (matrix[at]! - base);
          repelled[negatives++] = at;
        }
      }
      sum += logSumExp(attraction, 0, positives, attraction) / alpha;
      sum += logSumExp(repulsion, 0, negatives, repulsion) / beta;
      for (let term = 1; term < positives; term++) slope[attracted[term]!] = -attraction[term]! / batch;
      for (let term = 1; term < negatives; term++) slope[repelled[term]!] = repulsion[term]! / batch;
    }
    return { loss: sum / Math.max(1, batch), slope, parts: {} };
  });
}
