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
 * @param weights [dim, classes * centres], columns of a class side by side
 * @param labels [batch]
 * @param margined the margin's rule on the cosine to the own class
 * @param centres of a class, of which the nearest one counts
 * @returns the loss and the logits [batch, classes], margin and scale included
 */
export function marginSoftmaxLoss(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: Int32Array,
  scale: number,
  margined: (cosine: number) => Margined,
  centres = 1,
): { readonly loss: tf.Scalar; readonly logits: Float64Array } {
  const comparison = { measure: 'inner-product', normalize: true, columns: true } as const;
  return crossLoss(embeddings, weights, comparison, (cosines, batch, columns) => {
    const classes = columns / centres;
    const nearest = nearestCentres(cosines, centres);
    const logits = new Float64Array(nearest.length);
    for (let at = 0; at < logits.length; at++) logits[at] = scale * cosines[nearest[at]!]!;
    const slope = new Float64Array(cosines.length);
    const shares = new Float64Array(logits.length);
    const factor = scale / Math.max(1, batch);
    let sum = 0;
    for (let i = 0; i < batch; i++) {
      const start = i * classes;
      const target = start + labels[i]!;
      const own = margined(cosines[nearest[target]!]!);
      logits[target] = scale * own.value;
      sum += logSumExp(logits, start, start + classes, shares) - logits[target];
      for (let at = start; at < start + classes; at++) slope[nearest[at]!] = factor * shares[at]!;
      slope[nearest[target]!] = (slope[nearest[target]!]! - factor) * own.slope;
    }
    return { loss: sum / Math.max(1, batch), slope, parts: { logits } };
  });
}

/** Of every row and class, where the largest cosine to one of its centres stands. */
function nearestCentres(cosines: Float32Array, centres: number): Int32Array {
  // `Int32Array.from` with a function takes several times as long.
  const nearest = new Int32Array(cosines.length / centres);
  for (let at = 0; at < nearest.length; at++) {
    let best = at * centres;
    for (let other = best + 1; other < (at + 1) * centres; other++) if (cosines[other]! > cosines[best]!) best = other;
    nearest[at] = best;
  }
  return nearest;
}
