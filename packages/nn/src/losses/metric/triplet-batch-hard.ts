import type { tf } from '@twoshot/engine';
import { sigmoid, softplus } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';
import { divisor, type Reduction } from '../reduction.js';

export interface BatchHardOptions {
  readonly margin: number;
  readonly distance: 'euclidean' | 'squared-euclidean';
  readonly normalize: boolean;
  /** log(1 + e^(d_ap - d_an)) in place of the hinge; the margin is left out. */
  readonly soft: boolean;
  readonly reduction: Reduction;
}

/**
 * Triplet loss of each anchor's farthest positive and nearest negative, over the anchors that have both (Hermans et
 * al. 2017). 0 where there are none.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 * @returns the loss and the number of anchors that have a positive and a negative
 */
export function tripletBatchHardLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  options: Partial<BatchHardOptions> = {},
): { readonly loss: tf.Scalar; readonly numAnchors: number } {
  const { margin = 0.2, distance = 'euclidean', normalize = true, soft = false, reduction = 'mean' } = options;
  return pairLoss(embeddings, { measure: distance, normalize }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    const hardest: number[] = [];
    let [numAnchors, aboveZero, sum] = [0, 0, 0];
    for (let anchor = 0; anchor < batch; anchor++) {
      let [farthest, nearest] = [-1, -1];
      for (let other = 0, at = anchor * batch; other < batch; other++, at++) {
        if (other === anchor) continue;
        if (labels[other] === labels[anchor]) {
          if (farthest < 0 || matrix[at]! > matrix[farthest]!) farthest = at;
        } else if (nearest < 0 || matrix[at]! < matrix[nearest]!) nearest = at;
      }
      if (farthest < 0 || nearest < 0) continue;
      numAnchors++;
      const excess = matrix[farthest]! - matrix[nearest]! + (soft ? 0 : margin);
      if (!soft && excess <= 0) continue;
      aboveZero++;
      sum += soft ? softplus(excess) : excess;
      slope[farthest] = soft ? sigmoid(excess) : 1;
      slope[nearest] = -slope[farthest]!;
      hardest.push(farthest, nearest);
    }
    const terms = divisor(reduction, numAnchors, aboveZero);
    for (const at of hardest) slope[at]! /= terms;
    return { loss: sum / terms, slope, parts: { numAnchors } };
  });
}
