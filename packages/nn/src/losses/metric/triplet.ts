import type { tf } from '@twoshot/engine';
import { sigmoid, softplus } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';
import { divisor, type Reduction } from '../reduction.js';

export interface TripletOptions {
  readonly margin: number;
  readonly distance: 'euclidean' | 'squared-euclidean';
  readonly normalize: boolean;
  /** log(1 + e^(d_ap - d_an)) in place of the hinge; the margin is left out. */
  readonly soft: boolean;
  /** Measures the negative from the positive where that is nearer: min(d_an, d_pn). */
  readonly swap: boolean;
  readonly reduction: Reduction;
}

/**
 * Triplet loss over every anchor, positive and negative of a batch: relu(d_ap - d_an + margin) (Schroff et al. 2015;
 * defaults of PyTorch Metric Learning). 0 where there is no triplet.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 * @returns the loss and the number of triplets in the batch
 */
export function tripletLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  options: Partial<TripletOptions> = {},
): { readonly loss: tf.Scalar; readonly numTriplets: number } {
  const {
    margin = 0.05,
    distance = 'euclidean',
    normalize = true,
    soft = false,
    swap = false,
    reduction = 'avg-nonzero',
  } = options;
  return pairLoss(embeddings, { measure: distance, normalize }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    const negatives = new Int32Array(batch);
    let [numTriplets, aboveZero, sum] = [0, 0, 0];
    for (let anchor = 0; anchor < batch; anchor++) {
      const row = anchor * batch;
      let found = 0;
      for (let j = 0; j < batch; j++) if (labels[j] !== labels[anchor]) negatives[found++] = j;
      for (let positive = 0; positive < batch; positive++) {
        if (positive === anchor || labels[positive] !== labels[anchor]) continue;
        numTriplets += found;
        const near = matrix[row + positive]! + (soft ? 0 : margin);
        const other = positive * batch;
        let pull = 0;
        for (let n = 0; n < found; n++) {
          const negative = negatives[n]!;
          const swapped = swap && matrix[other + negative]! < matrix[row + negative]!;
          const at = (swapped ? other : row) + negative;
          const excess = near - matrix[at]!;
          if (!soft && excess <= 0) continue;
          const weight = soft ? sigmoid(excess) : 1;
          sum += soft ? softplus(excess) : excess;
          aboveZero++;
          pull += weight;
          slope[at]! -= weight;
        }
        slope[row + positive]! += pull;
      }
    }
    const terms = divisor(reduction, numTriplets, aboveZero);
    for (let at = 0; at < slope.length; at++) slope[at]! /= terms;
    return { loss: sum / terms, slope, parts: { numTriplets } };
  });
}
