import { tf } from '@twoshot/engine';
import { closedForm } from '../closed-form.js';
import { embeddingRows, throughNormalisation } from '../../pairs/embedding-rows.js';

/**
 * Contrastive loss over given pairs: mean of same d^2 / 2 + (1 - same) relu(margin - d)^2 / 2, with d the Euclidean
 * distance of row i of `a` and row i of `b` (Hadsell, Chopra, LeCun 2006, whose Y is 1 - same). A pair at distance 0
 * has gradient 0.
 *
 * @param a [pairs, dim]
 * @param b [pairs, dim]
 * @param same [pairs] 1 for a matching pair, 0 for another
 * @returns the loss and the distance of each pair
 */
export function contrastivePairsLoss(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  same: ArrayLike<number>,
  { margin = 1, normalize = false }: { margin?: number; normalize?: boolean } = {},
): { readonly loss: tf.Scalar; readonly distance: Float64Array } {
  return closedForm([a, b], () => {
    const left = embeddingRows(a, normalize);
    const right = embeddingRows(b, normalize);
    const { count, dim } = left;
    const pairs = Math.max(1, count);
    const distance = new Float64Array(count);
    const forLeft = new Float32Array(count * dim);
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const start = i * dim;
      let squared = 0;
      for (let at = start; at < start + dim; at++) squared += (left.values[at]! - right.values[at]!) ** 2;
      const d = Math.sqrt(squared);
      distance[i] = d;
      const matching = same[i]!;
      const hinge = Math.max(0, margin - d);
      loss += (matching * squared + (1 - matching) * hinge * hinge) / 2 / pairs;
      const coefficient = (matching - (d > 0 ? ((1 - matching) * hinge) / d : 0)) / pairs;
      for (let at = start; at < start + dim; at++) forLeft[at] = coefficient * (left.values[at]! - right.values[at]!);
    }
    return {
      loss,
      parts: { distance },
      gradients: (upstream) => {
        const forRight = forLeft.map((value) => -value);
        return [
          tf.tensor2d(throughNormalisation(left, forLeft.slice(), upstream), a.shape),
          tf.tensor2d(throughNormalisation(right, forRight, upstream), b.shape),
        ];
      },
    };
  });
}
