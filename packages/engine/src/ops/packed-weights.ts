import * as tf from '@tensorflow/tfjs-core';

/** Outputs of a panel of packed weights: `kPanel` of tools/native/convolution.h, and that of the WebAssembly kernels. */
export const NATIVE_PANEL = 48;
export const WASM_PANEL = 8;

/** A filter and a bias as our kernels read them. */
export type Packed = readonly [filter: tf.Tensor3D, bias: tf.Tensor1D];

/** Filter and bias of a convolution whose weights no longer change. */
export interface ConvolutionWeights {
  /** `[height, width, in, out]`; of a depthwise one `[height, width, channels, 1]`. */
  readonly filter: tf.Tensor4D;
  /** `[out]` */
  readonly bias: tf.Tensor1D;
}

/**
 * Weights in panels of outputs, `[panels, depth, panel]`, with zeros after the last output, kept until they are disposed.
 *
 * @param matrix `[depth, outputs]`
 * @param panel outputs of a panel
 * @param depth rows, zeros after those of the matrix
 */
export function packWeights(
  matrix: tf.Tensor2D,
  bias: tf.Tensor1D,
  panel: number,
  depth: number = matrix.shape[0],
): Packed {
  const [rows, outputs] = matrix.shape;
  const panels = Math.ceil(outputs / panel);
  const more = panels * panel - outputs;
  const filter = tf.tidy(() => {
    const whole: tf.Tensor3D = tf.reshape(tf.pad(matrix, [[0, depth - rows], [0, more]]), [depth, panels, panel]); // prettier-ignore
    return tf.transpose(whole, [1, 0, 2]);
  });
  return [tf.keep(filter), tf.keep(tf.pad(bias, [[0, more]]))];
}
