import type { tf } from '@twoshot/engine';
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
    const positives = positiveCounts(labels);
    const anchors = positives.reduce((count, value) => count + Number(value > 0), 0);
    const factor = 1 / (temperature * Math.max(1, anchors));
    let loss = 0;
    for (let i = 0; i < batch; i++) {
      if (positives[i] === 0) continue;
      const row = i * batch;
      // A row is not compared with itself.
      matrix[row + i] = Number.NEGATIVE_INFINITY;
      let largest = Number.NEGATIVE_INFINITY;
      for (let at = row; at < row + batch; at++) if (matrix[at]! > largest) largest = matrix[at]!;
      let total = 0;
      for (let at = row; at < row + batch; at++) total += slope[at] = Math.exp((matrix[at]! - largest) / temperature);
      const own = labels[i]!;
      const share = 1 / positives[i]!;
      let similarity = 0;
      for (let j = 0, at = row; j < batch; j++, at++) {
        const isPositive = labels[j] === own && j !== i;
        if (isPositive) similarity += matrix[at]!;
        slope[at] = (slope[at]! / total - (isPositive ? share : 0)) * factor;
      }
      loss += Math.log(total) + (largest - similarity * share) / temperature;
    }
    return { loss: loss / Math.max(1, anchors), slope, parts: {} };
  });
}

/** Other rows of the same label, of each row. */
function positiveCounts(labels: Int32Array): Int32Array {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.map((label) => counts.get(label)! - 1);
}
