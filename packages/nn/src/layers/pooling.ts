import { tf } from '@twoshot/engine';

export { avgPool, maxPool, resizeBilinear } from '@twoshot/engine';

/** Mean over the positions: [batch, height, width, channels] to [batch, channels]. */
export const globalMean = (x: tf.Tensor4D): tf.Tensor2D => tf.mean(x, [1, 2]);

/** Largest value over the positions: [batch, height, width, channels] to [batch, channels]. */
export const globalMax = (x: tf.Tensor4D): tf.Tensor2D => tf.max(x, [1, 2]);
