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
    // The values of the terms and where they come from; element 0 of each list stands for the 1 inside the logarithm.
    const [attraction, attracted] = [new Float64Array(batch + 1), new Int32Array(batch + 1)];
    const [repulsion, repelled] = [new Float64Array(batch + 1), new Int32Array(batch + 1)];
    let loss = 0;
    for (let c = 0; c < classes; c++) {
      let [positives, negatives] = [1, 1];
      attraction[0] = 0;
      repulsion[0] = 0;
      for (let i = 0, at = c; i < batch; i++, at += classes)
        if (labels[i] === c) {
          attraction[positives] = -alpha * (cosines[at]! - margin);
          attracted[positives++] = at;
        } else {
          repulsion[negatives] = alpha * (cosines[at]! + margin);
          repelled[negatives++] = at;
        }
      loss += logSumExp(attraction, 0, positives, attraction) / present;
      loss += logSumExp(repulsion, 0, negatives, repulsion) / classes;
      for (let term = 1; term < positives; term++) slope[attracted[term]!] = (-alpha * attraction[term]!) / present;
      for (let term = 1; term < negatives; term++) slope[repelled[term]!] = (alpha * repulsion[term]!) / classes;
    }
    return { loss, slope, parts: {} };
  });
}
