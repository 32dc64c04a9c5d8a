import * as tf from '@tensorflow/tfjs-core';

/** Numbers in double precision as a tensor of pairs of int32, [..., 2 columns]: TensorFlow.js has no such type. */
export function doublesTensor(values: Float64Array, rows: number): tf.Tensor2D {
  const pairs = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return tf.tensor2d(pairs, [rows, pairs.length / Math.max(1, rows)], 'int32');
}

/** The numbers of such a tensor. */
export function readDoubles(pairs: tf.Tensor): Float64Array {
  const { buffer, byteOffset, length } = pairs.dataSync<'int32'>();
  return byteOffset % 8 === 0
    ? new Float64Array(buffer, byteOffset, length / 2)
    : new Float64Array(buffer.slice(byteOffset, byteOffset + 4 * length));
}
