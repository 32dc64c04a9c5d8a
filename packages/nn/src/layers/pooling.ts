import { tf } from '@twoshot/engine';

export { avgPool, maxPool, resizeBilinear } from '@twoshot/engine';

/** Mean over the positions: [batch, height, width, channels] to [batch, channels]. */
export const globalMean = (x: tf.Tensor4D): tf.Tensor2D => tf.mean(x, [1, 2]);
