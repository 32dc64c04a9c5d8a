import type { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { crossLoss } from '../pair-loss.js';

/** The cosine to the own class after the margin was taken, and its derivative. */
export interface Margined {
  readonly value: number;
  readonly slope: number;
}

/**
 * Mean cross-entropy of scaled cosines to class vectors, the cosine to the own class lowered by a margin first: the
 * form that ArcFace and CosFace share.
 *
 * @param embeddings [batch, dim]
 * @param weights [dim, classes], one column a class
 * @param labels [batch]
 * @param margined the margin's rule on the cosine to the own class
 * @returns the loss and the logits [batch, classes], margin and scale included
 */
export function marginSoftmaxLoss(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: Int32Array,
  scale: number,
  margined: (cosine: number) => Margined,
): { readonly loss: tf.Scalar; readonly logits: Float64Array } {
  const comparison = { measure: 'inner-product', normalize: true, columns: true } as const;
  return crossLoss(embeddings, weights, comparison, (cosines, batch, classes) => {
    const logits = new Float64Array(cosines);
    for (let at = 0; at < logits.length; at++) logits[at]! *= scale;
    const slope = new Float64Array(cosines.length);
    const factor = scale / Math.max(1, batch);
    let sum = 0;
    for (let i = 0; i < batch; i++) {
      const start = i * classes;
      const target = start + labels[i]!;
      const own = margined(cosines[target]!);
      logits[target] = scale * own.value;
      sum += logSumExp(logits, start, start + classes, slope) - logits[target];
      for (let at = start; at < start + classes; at++) slope[at]! *= factor;
      slope[target] = (slope[target]! - factor) * own.slope;
    }
    return { loss: sum / Math.max(1, batch), slope, parts: { logits } };
  });
}
