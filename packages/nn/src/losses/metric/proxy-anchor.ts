import type { tf } from '@twoshot/engine';
import { logSumExp } from '../log-sum-exp.js';
import { crossLoss } from '../pair-loss.js';

/**
 * Proxy-anchor loss (Kim et al. 2020) on cosines s of rows and class proxies: log(1 + sum of e^(-alpha (s - margin)))
 * over the rows of a class, mean over the classes in the batch, plus log(1 + sum of e^(alpha (s + margin))) over the
 * other rows, mean over all classes.
 *
 * @param embeddings [batch, dim]
 * @param proxies [classes, dim]
 * @param labels [batch]
 */
export function proxyAnchorLoss(
  embeddings: tf.Tensor2D,
  proxies: tf.Tensor2D,
  labels: Int32Array,
  { margin = 0.1, alpha = 32 }: { margin?: number; alpha?: number } = {},
): { readonly loss: tf.Scalar } {
  return crossLoss(embeddings, proxies, { measure: 'inner-product', normalize: true }, (cosines, batch, classes) => {
    const present = Math.max(1, new Set(labels).size);
    const slope = new Float64Array(cosines.length);
    // Element 0 of each list stands for the 1 inside the logarithm.
    const attraction = new Float64Array(batch + 1);
    const repulsion = new Float64Array(batch + 1);
    let loss = 0;
    for (let c = 0; c < classes; c++) {
      attraction.fill(Number.NEGATIVE_INFINITY)[0] = 0;
      repulsion.fill(Number.NEGATIVE_INFINITY)[0] = 0;
      for (let i = 0; i < batch; i++) {
        const cosine = cosines[i * classes + c]!;
        if (labels[i] === c) attraction[i + 1] = -alpha * (cosine - margin);
        else repulsion[i + 1] = alpha * (cosine + margin);
      }
      loss += logSumExp(attraction, 0, batch + 1, attraction) / present;
      loss += logSumExp(repulsion, 0, batch + 1, repulsion) / classes;
      for (let i = 0; i < batch; i++)
        slope[i * classes + c] = alpha * (repulsion[i + 1]! / classes - attraction[i + 1]! / present);
    }
    return { loss, slope, parts: {} };
  });
}
