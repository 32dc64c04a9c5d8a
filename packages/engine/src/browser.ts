import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

export { loadProgram, type LoadedProgram, type Program } from './trace/program.js';
export { tensor4d } from '@tensorflow/tfjs-core';

/**
 * Starts the WebAssembly backend in a browser, on one thread: shared memory needs headers that simple servers do not
 * send.
 *
 * @param folder address of the folder with the files `tfjs-backend-wasm*.wasm`, with a slash at its end
 */
export async function startInBrowser(folder: string): Promise<void> {
  tf.env().set('PROD', true);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(folder);
  if (!(await tf.setBackend('wasm'))) throw new Error('this browser runs no WebAssembly');
}
