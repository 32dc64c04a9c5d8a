import { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { crossEntropy } from '../cross-entropy.js';

export interface DeepClusterOptions {
  readonly temperature: number;
  /** L2-normalise the embeddings first. */
  readonly normalize: boolean;
  /** Assignment of a row that is to be left out. */
  readonly ignoreIndex: number;
}

/**
 * DeepCluster-v2 (Caron et al. 2020, appendix): per head cross-entropy of z W^T / temperature against the cluster that
 * k-means gave, mean over the rows that have one, then mean over all heads. The prototypes are frozen.
 *
 * @param embeddings [batch, dim]
 * @param prototypes [heads, clusters, dim]
 * @param assignments [heads, batch] flat
 */
export function deepClusterLoss(
  embeddings: tf.Tensor2D,
  prototypes: tf.Tensor3D,
  assignments: Int32Array,
  { temperature = 0.1, normalize = true, ignoreIndex = -100 }: Partial<DeepClusterOptions> = {},
): { readonly loss: tf.Scalar } {
  const [batch, dim] = embeddings.shape;
  const [heads, clusters] = prototypes.shape;
  const weights = new Float32Array(assignments.length);
  for (let head = 0; head < heads; head++) {
    const row = assignments.subarray(head * batch, (head + 1) * batch);
    const valid = row.reduce((count, cluster) => count + Number(cluster !== ignoreIndex), 0);
    for (const [i, cluster] of row.entries())
      weights[head * batch + i] = cluster === ignoreIndex ? 0 : 1 / (valid * heads);
  }
  const loss = tf.tidy(() => {
    const z = normalize ? l2Normalize(embeddings) : embeddings;
    const frozen = tf.reshape<tf.Rank.R2>(prototypes, [heads * clusters, dim]);
    const logits = tf.reshape(tf.div(tf.matMul(z, frozen, false, true), temperature), [batch, heads, clusters]);
    const clusterOf = tf.tensor2d(
      assignments.map((cluster) => (cluster === ignoreIndex ? 0 : cluster)),
      [heads, batch],
      'int32',
    );
    const targets = tf.mul(
      tf.cast(tf.oneHot(tf.transpose(clusterOf), clusters), 'float32'),
      tf.expandDims(tf.transpose(tf.tensor2d(weights, [heads, batch])), 2),
    );
    return crossEntropy(logits, targets);
  });
  return { loss };
}
