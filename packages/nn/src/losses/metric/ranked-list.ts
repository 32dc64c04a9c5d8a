import type { tf } from '@twoshot/engine';
import { pairLoss } from '../pair-loss.js';

export interface RankedListOptions {
  /** Negatives nearer than this are pushed away. */
  readonly alpha: number;
  /** Positives farther than alpha - margin are pulled in. */
  readonly margin: number;
  /** Temperatures of the weights of negatives and positives; 0 weighs all the same. */
  readonly tempNeg: number;
  readonly tempPos: number;
  /** Weight of the negative part; the positive one has 1 - lambda. */
  readonly lambda: number;
  readonly normalize: boolean;
  /** Weights are constants for the gradient, as in the paper. */
  readonly detachWeights: boolean;
}

/**
 * Ranked list loss (Wang et al. 2019, section 3.3). For each row as the query: over the positives beyond
 * alpha - margin the mean of d - (alpha - margin) weighted by e^(tempPos (d - (alpha - margin))), over the negatives
 * within alpha the mean of alpha - d weighted by e^(tempNeg (alpha - d)); mean over all queries, an empty set gives 0.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 * @returns the loss, its two parts and for each query how many positives and negatives took part
 */
export function rankedListLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  options: Partial<RankedListOptions> = {},
): {
  readonly loss: tf.Scalar;
  readonly positiveLoss: number;
  readonly negativeLoss: number;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
} {
  const {
    alpha = 1.2,
    margin = 0.4,
    tempNeg = 10,
    tempPos = 0,
    lambda = 0.5,
    normalize = true,
    detachWeights = true,
  } = options;
  return pairLoss(embeddings, { measure: 'euclidean', normalize }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    const [positives, negatives] = [new Int32Array(batch), new Int32Array(batch)];
    const [pulls, pushes] = [new WeightedMean(batch), new WeightedMean(batch)];
    let [positiveLoss, negativeLoss] = [0, 0];
    for (let i = 0; i < batch; i++) {
      const row = i * batch;
      pulls.clear();
      pushes.clear();
      for (let j = 0, at = row; j < batch; j++, at++) {
        if (i === j) continue;
        if (labels[i] === labels[j]) pulls.add(at, matrix[at]! - (alpha - margin));
        else pushes.add(at, alpha - matrix[at]!);
      }
      positives[i] = pulls.count;
      negatives[i] = pushes.count;
      positiveLoss += pulls.settle(tempPos, detachWeights) / batch;
      negativeLoss += pushes.settle(tempNeg, detachWeights) / batch;
      pulls.write(slope, (1 - lambda) / batch);
      pushes.write(slope, -lambda / batch);
    }
    const loss = (1 - lambda) * positiveLoss + lambda * negativeLoss;
    return { loss, slope, parts: { positiveLoss, negativeLoss, positives, negatives } };
  });
}

/** The mean of the values above 0, weighted by e^(temperature value), and its derivative. */
class WeightedMean {
  count = 0;
  readonly #at: Int32Array;
  readonly #values: Float64Array;
  readonly #slopes: Float64Array;

  constructor(capacity: number) {
    this.#at = new Int32Array(capacity);
    this.#values = new Float64Array(capacity);
    this.#slopes = new Float64Array(capacity);
  }

  clear(): void {
    this.count = 0;
  }

  add(at: number, value: number): void {
    if (value <= 0) return;
    this.#at[this.count] = at;
    this.#values[this.count++] = value;
  }

  settle(temperature: number, detachWeights: boolean): number {
    const [values, slopes] = [this.#values, this.#slopes];
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < this.count; k++) largest = Math.max(largest, temperature * values[k]!);
    let [total, sum] = [0, 0];
    for (let k = 0; k < this.count; k++) {
      slopes[k] = Math.exp(temperature * values[k]! - largest);
      total += slopes[k]!;
      sum += slopes[k]! * values[k]!;
    }
    const mean = this.count === 0 ? 0 : sum / total;
    for (let k = 0; k < this.count; k++)
      slopes[k]! *= (1 + (detachWeights ? 0 : temperature * (values[k]! - mean))) / total;
    return mean;
  }

  write(slope: Float64Array, factor: number): void {
    for (let k = 0; k < this.count; k++) slope[this.#at[k]!] = factor * this.#slopes[k]!;
  }
}
