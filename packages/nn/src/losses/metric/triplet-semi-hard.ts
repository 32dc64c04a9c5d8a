import type { tf } from '@twoshot/engine';
import { pairLoss } from '../pair-loss.js';
import { divisor, type Reduction } from '../reduction.js';

export interface SemiHardOptions {
  readonly margin: number;
  readonly distance: 'euclidean' | 'squared-euclidean';
  readonly normalize: boolean;
  /** The nearest negative beyond the positive, or every negative at most `margin` beyond it. */
  readonly mining: 'hardest-semi-hard' | 'all-semi-hard';
  /** Of `hardest-semi-hard`, where no negative lies beyond the positive: the farthest one, or none. */
  readonly fallback: 'largest-negative' | 'skip';
  readonly reduction: Reduction;
}

/**
 * Triplet loss relu(d_ap - d_an + margin) over semi-hard negatives, those that lie beyond the positive (FaceNet,
 * Schroff et al. 2015; choice and fallback as in TensorFlow Addons). The choice is constant for the gradient.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 * @returns the loss and the number of triplets chosen
 */
export function tripletSemiHardLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  options: Partial<SemiHardOptions> = {},
): { readonly loss: tf.Scalar; readonly numTriplets: number } {
  const {
    margin = 0.2,
    distance = 'squared-euclidean',
    normalize = true,
    mining = 'hardest-semi-hard',
    fallback = 'largest-negative',
    reduction = 'mean',
  } = options;
  return pairLoss(embeddings, { measure: distance, normalize }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    let [numTriplets, aboveZero, sum] = [0, 0, 0];
    const take = (positive: number, negative: number): void => {
      numTriplets++;
      const excess = matrix[positive]! - matrix[negative]! + margin;
      if (excess <= 0) return;
      aboveZero++;
      sum += excess;
      slope[positive]! += 1;
      slope[negative]! -= 1;
    };
    for (let anchor = 0; anchor < batch; anchor++) {
      const row = anchor * batch;
      for (let positive = 0; positive < batch; positive++) {
        if (positive === anchor || labels[positive] !== labels[anchor]) continue;
        const inner = matrix[row + positive]!;
        let [nearest, farthest] = [-1, -1];
        for (let negative = 0; negative < batch; negative++) {
          if (labels[negative] === labels[anchor]) continue;
          const at = row + negative;
          if (farthest < 0 || matrix[at]! > matrix[farthest]!) farthest = at;
          if (matrix[at]! <= inner) continue;
          if (mining === 'hardest-semi-hard') {
            if (nearest < 0 || matrix[at]! < matrix[nearest]!) nearest = at;
          } else if (matrix[at]! - inner <= margin) take(row + positive, at);
        }
        if (mining === 'all-semi-hard') continue;
        if (nearest < 0 && fallback === 'largest-negative') nearest = farthest;
        if (nearest >= 0) take(row + positive, nearest);
      }
    }
    const terms = divisor(reduction, numTriplets, aboveZero);
    for (let at = 0; at < slope.length; at++) slope[at]! /= terms;
    return { loss: sum / terms, slope, parts: { numTriplets } };
  });
}
