import { tf } from '@twoshot/engine';
import { closedForm } from '../closed-form.js';
import { probabilitiesOf, throughSoftmax } from '../confidence.js';

export interface ScanOptions {
  /** Weight of the entropy that keeps all clusters in use. */
  readonly entropyWeight: number;
  /** Inner products and mean probabilities below this count as this much, with gradient 0. */
  readonly eps: number;
}

/**
 * SCAN (Van Gansbeke et al. 2020, equation 2): a row and its neighbour should be in one cluster, and all clusters
 * should be used: -mean log <p_anchor, p_neighbour> - entropyWeight * entropy of the mean anchor.
 *
 * @param anchors [batch, clusters] logits
 * @param neighbours [batch, clusters] logits of one neighbour of each anchor
 * @returns the loss, its consistency and the entropy in nats
 */
export function scanLoss(
  anchors: tf.Tensor2D,
  neighbours: tf.Tensor2D,
  { entropyWeight = 5, eps = 1e-8 }: Partial<ScanOptions> = {},
): { readonly loss: tf.Scalar; readonly consistency: number; readonly entropy: number } {
  return closedForm([anchors, neighbours], () => {
    const [batch, clusters] = anchors.shape;
    const rows = Math.max(1, batch);
    const p = probabilitiesOf(anchors);
    const q = probabilitiesOf(neighbours);
    const mean = new Float64Array(clusters);
    for (let at = 0; at < p.length; at++) mean[at % clusters]! += p[at]! / rows;
    let entropy = 0;
    const onMean = mean.map((value) => {
      const clamped = Math.max(value, eps);
      entropy -= clamped * Math.log(clamped);
      return value < eps ? 0 : (entropyWeight * (Math.log(clamped) + 1)) / rows;
    });
    let consistency = 0;
    const onP = new Float64Array(p.length);
    const onQ = new Float64Array(q.length);
    for (let start = 0; start < p.length; start += clusters) {
      let inner = 0;
      for (let at = start; at < start + clusters; at++) inner += p[at]! * q[at]!;
      consistency -= Math.log(Math.max(inner, eps)) / rows;
      const pull = inner < eps ? 0 : -1 / (inner * rows);
      for (let at = start; at < start + clusters; at++) {
        onP[at] = pull * q[at]! + onMean[at - start]!;
        onQ[at] = pull * p[at]!;
      }
    }
    return {
      loss: consistency - entropyWeight * entropy,
      parts: { consistency, entropy },
      gradients: (upstream) => {
        const back = (probabilities: Float64Array, gradient: Float64Array): tf.Tensor => {
          const values = throughSoftmax(probabilities, gradient.slice(), clusters);
          return tf.tensor2d(new Float32Array(values.map((value) => upstream * value)), [batch, clusters]);
        };
        return [back(p, onP), back(q, onQ)];
      },
    };
  });
}
