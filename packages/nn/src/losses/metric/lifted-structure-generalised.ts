import type { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';

export interface GeneralisedLiftedStructureOptions {
  readonly posMargin: number;
  readonly negMargin: number;
  readonly distance: 'euclidean' | 'squared-euclidean';
  readonly normalize: boolean;
}

/**
 * Generalised lifted structure loss (Hermans et al. 2017, equation 8): per anchor
 * relu(log sum over positives of e^(d - posMargin) + log sum over negatives of e^(negMargin - d)), mean over the
 * anchors that have both. 0 where there are none.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 */
export function generalisedLiftedStructureLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  options: Partial<GeneralisedLiftedStructureOptions> = {},
): { readonly loss: tf.Scalar } {
  const { posMargin = 0, negMargin = 1, distance = 'euclidean', normalize = true } = options;
  return pairLoss(embeddings, { measure: distance, normalize }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    // The values of the terms and where they come from.
    const [attraction, attracted] = [new Float64Array(batch), new Int32Array(batch)];
    const [repulsion, repelled] = [new Float64Array(batch), new Int32Array(batch)];
    let [anchors, sum] = [0, 0];
    for (let i = 0; i < batch; i++) {
      const row = i * batch;
      let [positives, negatives] = [0, 0];
      for (let j = 0, at = row; j < batch; j++, at++)
        if (labels[i] !== labels[j]) {
          repulsion[negatives] = negMargin - matrix[at]!;
          repelled[negatives++] = at;
        } else if (i !== j) {
          attraction[positives] = matrix[at]! - posMargin;
          attracted[positives++] = at;
        }
      const excess = logSumExp(attraction, 0, positives, attraction) + logSumExp(repulsion, 0, negatives, repulsion);
      if (excess === Number.NEGATIVE_INFINITY) continue;
      anchors++;
      if (excess <= 0) continue;
      sum += excess;
      for (let term = 0; term < positives; term++) slope[attracted[term]!] = attraction[term]!;
      for (let term = 0; term < negatives; term++) slope[repelled[term]!] = -repulsion[term]!;
    }
    for (let at = 0; at < slope.length; at++) slope[at]! /= Math.max(1, anchors);
    return { loss: sum / Math.max(1, anchors), slope, parts: {} };
  });
}
