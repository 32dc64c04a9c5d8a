import { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { pairLoss } from '../pair-loss.js';

/**
 * Decoupled contrastive learning (Yeh et al. 2022, equation 6): NT-Xent without the positive in the denominator. Per view
 * -w s / temperature of its other view, plus the log of the sum of e^(s / temperature) over all views of other rows; mean over
 * all views. With `sigma` the weights are 2 less the batch times the softmax of s / sigma, so that pairs which are far apart
 * weigh more; they are constant to the gradient, and 1 without.
 *
 * @param z1 [batch, dim] projections of view 1, `z2` of view 2; normalised inside; at least two rows
 * @returns the loss and the weights [batch]
 */
export function decoupledContrastiveLoss(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  { temperature = 0.1, sigma = null }: { temperature?: number; sigma?: number | null } = {},
): { readonly loss: tf.Scalar; readonly weights: Float64Array } {
  const [batch] = z1.shape;
  let weights = new Float64Array(batch).fill(1);
  const loss = tf.tidy(
    () =>
      pairLoss(tf.concat2d([z1, z2], 0), { measure: 'inner-product', normalize: true }, (matrix, views) => {
        const otherView = (view: number): number => view * views + ((view + batch) % views);
        if (sigma !== null) {
          weights = weights.map((_, row) => matrix[otherView(row)]! / sigma);
          logSumExp(weights, 0, batch, weights);
          weights = weights.map((share) => 2 - batch * share);
        }
        const slope = new Float64Array(matrix).map((similarity) => similarity / temperature);
        let sum = 0;
        for (let view = 0; view < views; view++) {
          const [start, positive, weight] = [view * views, otherView(view), weights[view % batch]!];
          sum -= (weight * matrix[positive]!) / temperature;
          slope[start + view] = Number.NEGATIVE_INFINITY;
          slope[positive] = Number.NEGATIVE_INFINITY;
          sum += logSumExp(slope, start, start + views, slope);
          slope[positive] = -weight;
        }
        return { loss: sum / views, slope: slope.map((value) => value / (temperature * views)), parts: {} };
      }).loss,
  );
  return { loss, weights };
}
