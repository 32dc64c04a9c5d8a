import * as tf from '@tensorflow/tfjs-core';

/**
 * Starts a backend that needs no set-up: WASM, or plain JavaScript (for tests of few numbers only).
 *
 * @param threads that share the work of WASM
 */
export async function startPortableBackend(kind: 'wasm' | 'cpu', threads: number): Promise<void> {
  // Gradients and chained methods, which tfjs-core leaves out, come with the union package.
  await import('@tensorflow/tfjs');
  if (kind === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else {
    const { startWasmBackend } = await import('./wasm/start-wasm.js');
    await startWasmBackend(threads);
  }
  // The plain backend advertises tfjs-node otherwise.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(kind))) throw new Error(`TensorFlow.js refused the ${kind} backend`);
}
