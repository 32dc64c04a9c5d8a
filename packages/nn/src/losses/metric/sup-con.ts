import type { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';

/**
 * Supervised contrastive loss, the form L_out (Khosla et al. 2020, equation 2) without a base temperature: per anchor
 * minus the mean over its positives of the log-softmax of cosine / temperature over all other rows; mean over the
 * anchors that have a positive. 0 where there are none.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 */
export function supConLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  { temperature = 0.1 }: { temperature?: number } = {},
): { readonly loss: tf.Scalar } {
  return pairLoss(embeddings, { measure: 'inner-product', normalize: true }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    const logits = new Float64Array(batch);
    let [anchors, sum] = [0, 0];
    for (let i = 0; i < batch; i++) {
      const row = i * batch;
      let [positives, similarity] = [0, 0];
      for (let j = 0; j < batch; j++) {
        logits[j] = i === j ? Number.NEGATIVE_INFINITY : matrix[row + j]! / temperature;
        if (i === j || labels[i] !== labels[j]) continue;
        positives++;
        similarity += logits[j]!;
      }
      if (positives === 0) continue;
      anchors++;
      sum += logSumExp(logits, 0, batch, logits) - similarity / positives;
      for (let j = 0; j < batch; j++)
        slope[row + j] = logits[j]! - (i !== j && labels[i] === labels[j] ? 1 / positives : 0);
    }
    for (let at = 0; at < slope.length; at++) slope[at]! /= temperature * Math.max(1, anchors);
    return { loss: sum / Math.max(1, anchors), slope, parts: {} };
  });
}
