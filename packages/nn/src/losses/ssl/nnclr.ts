import { tf } from '@twoshot/engine';
import { l2Normalize } from '../../layers/l2-normalize.js';
import { crossEntropy } from '../cross-entropy.js';
import { offTape } from '../off-tape.js';
import { zeroUnlessFinite } from '../zero-unless-finite.js';

/**
 * NNCLR (Dwibedi et al. 2021, equation 3): the row's nearest neighbour in a queue takes the place of one view, against
 * the predictions of the other; mean of both directions. Neighbours and projections are constant to the gradient.
 *
 * @param p1 [batch, dim] predictions from view 1, `p2` from view 2; normalised inside
 * @param z1 [batch, dim] projections of view 1, `z2` of view 2
 * @param queue [entries, dim] rows of unit length
 * @returns the loss and the queue row nearest to each projection [batch]
 */
export function nnclrLoss(
  p1: tf.Tensor2D,
  p2: tf.Tensor2D,
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  queue: tf.Tensor2D,
  { temperature = 0.1 }: { temperature?: number } = {},
): { readonly loss: tf.Scalar; readonly neighbour1: tf.Tensor1D; readonly neighbour2: tf.Tensor1D } {
  return tf.tidy(() => {
    const neighbour1 = nearestInQueue(z1, queue);
    const neighbour2 = nearestInQueue(z2, queue);
    const [batch] = p1.shape;
    const targets = tf.div(tf.eye(batch), 2 * batch);
    const towards = (neighbour: tf.Tensor1D, p: tf.Tensor2D): tf.Scalar => {
      const rows = offTape(() => tf.gather(queue, neighbour));
      return crossEntropy(tf.div(tf.matMul(rows, l2Normalize(p), false, true), temperature), targets);
    };
    const looked = zeroUnlessFinite([z1, z2, queue]);
    const loss = tf.addN<tf.Scalar>([towards(neighbour1, p2), towards(neighbour2, p1), looked]);
    return { loss, neighbour1, neighbour2 };
  });
}

/**
 * Queue row of largest inner product with each row.
 *
 * @param z [batch, dim]
 * @param queue [entries, dim]
 * @returns [batch] int32
 */
export const nearestInQueue = (z: tf.Tensor2D, queue: tf.Tensor2D): tf.Tensor1D =>
  offTape(() => tf.argMax(tf.matMul(z, queue, false, true), 1));
