import { join } from 'node:path';
import { locatePackage } from './locate-package.js';

/** Absolute paths of the WebAssembly files that `startInBrowser` loads by their names: with vector instructions, and without. */
export function browserWasmFiles(): readonly string[] {
  const { folder } = locatePackage('@tensorflow/tfjs-backend-wasm');
  return ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'].map((name) => join(folder, 'dist', name));
}
