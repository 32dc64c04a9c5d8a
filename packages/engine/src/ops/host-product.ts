import * as tf from '@tensorflow/tfjs-core';
import { flag, float32, isNative, runKernels } from './native-kernel.js';

/** A matrix that lies on the host, row-major. */
export interface HostFactor {
  readonly values: Float32Array;
  /** [rows, columns] of `values` */
  readonly shape: readonly [number, number];
  /** Take its transpose. */
  readonly transposed?: boolean;
}

/**
 * The product of two matrices that lie on the host, for loops over typed arrays that leave only their products to the
 * engine. Constant to the gradient's tape.
 *
 * @returns [n, m] of [n, k] and [k, m], after what is to be transposed was
 */
export function hostProduct(left: HostFactor, right: HostFactor): Float32Array {
  // The native kernel for single products takes half the time of the one for batches, which `matMul` calls.
  const [a, b] = isNative() ? [left, right] : [plain(left), plain(right)];
  const [n, m] = [a.shape[a.transposed === true ? 1 : 0], b.shape[b.transposed === true ? 0 : 1]];
  if (a.values.length === 0 || b.values.length === 0) return new Float32Array(n * m);
  const x = tf.tensor2d(a.values, [...a.shape]);
  const y = tf.tensor2d(b.values, [...b.shape]);
  const product = isNative() ? nativeProduct(x, y, a.transposed === true, b.transposed === true) : tf.matMul(x, y);
  const values = product.dataSync<'float32'>();
  tf.dispose([x, y, product]);
  // The CPU engine hands out its own memory.
  return isNative() ? values : values.slice();
}

function nativeProduct(x: tf.Tensor2D, y: tf.Tensor2D, transposeLeft: boolean, transposeRight: boolean): tf.Tensor2D {
  const attributes = [flag('transpose_a', transposeLeft), flag('transpose_b', transposeRight), float32()];
  return runKernels<[tf.Tensor2D]>('MatMul', attributes, [x, y], 1)[0];
}

/** The same matrix without the flag: WebAssembly is slow at transposed products. */
function plain(factor: HostFactor): HostFactor {
  if (factor.transposed !== true) return factor;
  const [rows, columns] = factor.shape;
  return { values: hostTranspose(factor.values, rows, columns), shape: [columns, rows] };
}

/** Rows of the turned matrix that are written side by side, so that they stay in the nearest cache. */
const band = 8;

/** [rows, columns] to [columns, rows]. */
export function hostTranspose<T extends Float32Array | Float64Array>(matrix: T, rows: number, columns: number): T {
  const turned = matrix.slice() as T;
  for (let start = 0; start < columns; start += band) {
    const end = Math.min(columns, start + band);
    for (let i = 0; i < rows; i++) for (let j = start; j < end; j++) turned[j * rows + i] = matrix[i * columns + j]!;
  }
  return turned;
}
