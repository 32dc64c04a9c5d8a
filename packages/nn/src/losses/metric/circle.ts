import type { tf } from '@twoshot/engine';
import { logSumExp, sigmoid, softplus } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';

/**
 * Circle loss on cosines s (Sun et al. 2020, equation 6): per anchor
 * softplus(logsumexp over positives of -gamma relu(1 + m - s) (s - (1 - m)) + logsumexp over negatives of
 * gamma relu(s + m) (s - m)), mean over the anchors that have both. The relu factors, which set the pace of each pair,
 * are constant for the gradient. 0 where there is no such anchor.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 * @param options relaxation `margin` m and scale `gamma`
 */
export function circleLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  { margin = 0.4, gamma = 80 }: { margin?: number; gamma?: number } = {},
): { readonly loss: tf.Scalar } {
  return pairLoss(embeddings, { measure: 'inner-product', normalize: true }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    const attraction = new Float64Array(batch);
    const repulsion = new Float64Array(batch);
    const pace = new Float64Array(batch);
    let [anchors, sum] = [0, 0];
    for (let i = 0; i < batch; i++) {
      const row = i * batch;
      attraction.fill(Number.NEGATIVE_INFINITY);
      repulsion.fill(Number.NEGATIVE_INFINITY);
      for (let j = 0; j < batch; j++) {
        const cosine = matrix[row + j]!;
        if (labels[i] !== labels[j]) {
          pace[j] = gamma * Math.max(0, cosine + margin);
          repulsion[j] = pace[j]! * (cosine - margin);
        } else if (i !== j) {
          pace[j] = -gamma * Math.max(0, 1 + margin - cosine);
          attraction[j] = pace[j]! * (cosine - (1 - margin));
        }
      }
      const strain = logSumExp(attraction, 0, batch, attraction) + logSumExp(repulsion, 0, batch, repulsion);
      if (strain === Number.NEGATIVE_INFINITY) continue;
      anchors++;
      sum += softplus(strain);
      const weight = sigmoid(strain);
      for (let j = 0; j < batch; j++) slope[row + j] = weight * pace[j]! * (attraction[j]! + repulsion[j]!);
    }
    for (let at = 0; at < slope.length; at++) slope[at]! /= Math.max(1, anchors);
    return { loss: sum / Math.max(1, anchors), slope, parts: {} };
  });
}
