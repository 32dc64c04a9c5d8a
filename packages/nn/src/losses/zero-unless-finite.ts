import { tf } from '@twoshot/engine';
import { offTape } from './off-tape.js';

/**
 * 0, or NaN where a value of the tensors is not finite: added to a loss that only looks something up in them, so that it
 * does not hide what the training loop must refuse.
 */
export const zeroUnlessFinite = (tensors: readonly tf.Tensor[]): tf.Scalar =>
  offTape(() => tf.tidy(() => tf.mul<tf.Scalar>(tf.addN(tensors.map((tensor) => tf.sum(tensor))), 0)));
