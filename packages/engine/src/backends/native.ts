import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import util from 'node:util';
import type { NativeBuild } from '../setup/native-build.js';

/** Loads the TensorFlow library and makes it tfjs's backend. */
export async function startNativeBackend(build: NativeBuild, threads: number | null): Promise<void> {
  setEnvironment(threads);
  restoreRemovedTypeTests();
  const require = createRequire(import.meta.url);
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: unknown, packageName: string) => tf.KernelBackend;
  };
  const binding: unknown = require(build.bindingFile);
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow.js refused the native backend');
}

/** TensorFlow reads these once, while it is being loaded. */
function setEnvironment(threads: number | null): void {
  const env = process.env;
  env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  if (threads !== null) {
    env['TF_NUM_INTRAOP_THREADS'] = String(threads);
    env['TF_NUM_INTEROP_THREADS'] = '1';
  }
}

/** Node 23 removed these from `util`; tfjs-node-gpu 4.22.0 calls them. */
function restoreRemovedTypeTests(): void {
  const removed = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isUndefined: (value: unknown): boolean => value === undefined,
    isArray: (value: unknown): boolean => Array.isArray(value),
  };
  for (const [name, test] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value: test, configurable: true });
  }
}
