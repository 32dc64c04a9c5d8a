import * as tf from '@tensorflow/tfjs-core';
import { KERNELS } from './kernels.js';
import { Machine } from './machine.js';
import { registerKernels } from './register-kernels.js';
import { loadSharedModule, type WasmPackage } from './shared-module.js';

let machine: Machine | null = null;

/** Makes the package's backend, on a memory that threads share, and starts the threads for our kernels. */
export async function startWasmBackend(threads: number): Promise<void> {
  machine ??= await createMachine();
  machine.threads.resize(threads);
}

async function createMachine(): Promise<Machine> {
  const wasm = (await import('@tensorflow/tfjs-backend-wasm')) as unknown as WasmPackage;
  const module = await loadSharedModule();
  wasm.setThreadsCount(1);
  const backend = new wasm.BackendWasm(module);
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => backend);
  const made = new Machine(module, backend, KERNELS);
  registerKernels(made);
  return made;
}
