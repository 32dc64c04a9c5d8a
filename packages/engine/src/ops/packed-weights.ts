import * as tf from '@tensorflow/tfjs-core';

/** Outputs of a panel of packed weights (`kPanel` of tools/native/convolution.h). */
export const PANEL = 48;

/** A filter and a bias as our native kernels read them. */
export type Packed = readonly [filter: tf.Tensor3D, bias: tf.Tensor1D];

/** Filter and bias of a convolution whose weights no longer change. */
export interface ConvolutionWeights {
  /** `[height, width, in, out]`; of a depthwise one `[height, width, channels, 1]`. */
  readonly filter: tf.Tensor4D;
  /** `[out]` */
  readonly bias: tf.Tensor1D;
}

/**
 * Weights in panels of 48 outputs, `[panels, depth, 48]`, with zeros after the last output, kept until they are disposed.
 *
 * @param matrix `[depth, outputs]`
 * @param depth rows, zeros after those of the matrix
 */
export function packWeights(matrix: tf.Tensor2D, bias: tf.Tensor1D, depth: number = matrix.shape[0]): Packed {
  const [rows, outputs] = matrix.shape;
  const panels = Math.ceil(outputs / PANEL);
  const more = panels * PANEL - outputs;
  const filter = tf.tidy(() => {
    const whole: tf.Tensor3D = tf.reshape(tf.pad(matrix, [[0, depth - rows], [0, more]]), [depth, panels, PANEL]); // prettier-ignore
    return tf.transpose(whole, [1, 0, 2]);
  });
  return [tf.keep(filter), tf.keep(tf.pad(bias, [[0, more]]))];
}
