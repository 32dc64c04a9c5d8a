import * as tf from '@tensorflow/tfjs-core';
import { registerWasmKernels } from './wasm-kernels.js';

/** Starts a backend that needs no set-up: WASM, or plain JavaScript (for tests of few numbers only). */
export async function startPortableBackend(kind: 'wasm' | 'cpu'): Promise<void> {
  // Gradients and chained methods, which tfjs-core leaves out, come with the union package.
  await import('@tensorflow/tfjs');
  if (kind === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else {
    await import('@tensorflow/tfjs-backend-wasm');
    if (!tf.getKernel(tf.Conv2DBackpropFilter, 'wasm')) registerWasmKernels();
  }
  // The plain backend advertises tfjs-node otherwise.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(kind))) throw new Error(`TensorFlow.js refused the ${kind} backend`);
}
