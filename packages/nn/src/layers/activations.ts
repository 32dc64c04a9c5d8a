import { relu as fusedRelu, relu6 as cappedRelu, tf } from '@twoshot/engine';

/** max(x, 0), gradient 0 at 0. */
export const relu = <T extends tf.Tensor>(x: T): T => fusedRelu(x);

/** min(max(x, 0), 6), gradient 0 at 0 and at 6 (Howard et al. 2017). */
export const relu6 = <T extends tf.Tensor>(x: T): T => cappedRelu(x);

/** x above 0, `slope` times x below. */
export const leakyRelu = (x: tf.Tensor, slope = 0.01): tf.Tensor => tf.leakyRelu(x, slope);

/** x times the normal distribution function of x: the exact form, not the approximation by tanh. */
export const gelu = (x: tf.Tensor): tf.Tensor => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5));

/** x times its sigmoid, also called swish. */
export const silu = (x: tf.Tensor): tf.Tensor => x.mul(x.sigmoid());
