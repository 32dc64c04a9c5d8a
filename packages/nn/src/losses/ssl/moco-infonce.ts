import { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { crossEntropy } from '../cross-entropy.js';
import { offTape } from '../off-tape.js';

/**
 * InfoNCE of MoCo (He et al. 2020, equation 1): the key of the same row against a queue of keys of earlier batches.
 * Keys and queue are constant to the gradient.
 *
 * @param q [batch, dim] normalised inside
 * @param k [batch, dim] normalised inside
 * @param queue [entries, dim] rows of unit length
 * @param options `scaleBy2T` multiplies by 2 temperature, as MoCo v3 does
 * @returns the loss and the logits [batch, 1 + entries], the positive first
 */
export function mocoLoss(
  q: tf.Tensor2D,
  k: tf.Tensor2D,
  queue: tf.Tensor2D,
  { temperature = 0.2, scaleBy2T = false }: { temperature?: number; scaleBy2T?: boolean } = {},
): { readonly loss: tf.Scalar; readonly logits: tf.Tensor2D } {
  const [batch] = q.shape;
  return tf.tidy(() => {
    const query = l2Normalize(q);
    const key = offTape(() => l2Normalize(k));
    const positive = tf.sum<tf.Tensor2D>(tf.mul(query, key), 1, true);
    const negative = tf.matMul<tf.Tensor2D>(query, queue, false, true);
    const logits = tf.div<tf.Tensor2D>(tf.concat2d([positive, negative], 1), temperature);
    const weight = (scaleBy2T ? 2 * temperature : 1) / batch;
    const targets = tf.pad(tf.mul(tf.ones([batch, 1]), weight), [
      [0, 0],
      [0, queue.shape[0]],
    ]);
    return { loss: crossEntropy(logits, targets), logits };
  });
}
