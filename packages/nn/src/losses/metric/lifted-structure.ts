import type { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';

export interface LiftedStructureOptions {
  readonly margin: number;
  readonly distance: 'euclidean' | 'squared-euclidean';
  readonly normalize: boolean;
}

/**
 * Lifted structure loss in its smooth form (Song et al. 2016): mean over the positive pairs {i, j} of half the square
 * of relu(d_ij + log(sum of e^(margin - d) over the negatives of i and those of j)). 0 without positive pairs or
 * without negatives.
 *
 * @param embeddings [batch, dim]
 * @param labels [batch]
 */
export function liftedStructureLoss(
  embeddings: tf.Tensor2D,
  labels: Int32Array,
  { margin = 1, distance = 'euclidean', normalize = true }: Partial<LiftedStructureOptions> = {},
): { readonly loss: tf.Scalar } {
  return pairLoss(embeddings, { measure: distance, normalize }, (matrix, batch) => {
    const slope = new Float64Array(matrix.length);
    const exponents = new Float64Array(matrix.length);
    const shares = new Float64Array(matrix.length);
    const repulsion = new Float64Array(batch);
    for (let i = 0, at = 0; i < batch; i++) {
      for (let j = 0; j < batch; j++, at++)
        exponents[at] = labels[i] === labels[j] ? Number.NEGATIVE_INFINITY : margin - matrix[at]!;
      repulsion[i] = logSumExp(exponents, i * batch, (i + 1) * batch, shares);
    }
    let [pairs, sum] = [0, 0];
    const push = new Float64Array(batch);
    for (let i = 0; i < batch; i++)
      for (let j = i + 1; j < batch; j++) {
        if (labels[i] !== labels[j]) continue;
        pairs++;
        const [a, b] = [repulsion[i]!, repulsion[j]!];
        if (a === Number.NEGATIVE_INFINITY) continue;
        const both = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
        const excess = matrix[i * batch + j]! + both;
        if (excess <= 0) continue;
        sum += (excess * excess) / 2;
        slope[i * batch + j] = excess;
        push[i]! += excess * Math.exp(a - both);
        push[j]! += excess * Math.exp(b - both);
      }
    for (let i = 0, at = 0; i < batch; i++)
      for (let j = 0; j < batch; j++, at++) slope[at] = (slope[at]! - push[i]! * shares[at]!) / Math.max(1, pairs);
    return { loss: sum / Math.max(1, pairs), slope, parts: {} };
  });
}
