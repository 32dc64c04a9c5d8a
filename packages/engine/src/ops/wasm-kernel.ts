import * as tf from '@tensorflow/tfjs-core';

/** Whether WebAssembly computes, with our kernels on several threads (backends/wasm). */
export function isWasm(): boolean {
  return tf.getBackend() === 'wasm';
}
