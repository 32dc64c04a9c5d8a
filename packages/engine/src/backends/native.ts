import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import util from 'node:util';
import { EngineUnavailableError } from '../setup/failure.js';
import type { NativeBuild } from '../setup/native-build.js';
import type { Variant } from '../setup/wheels.js';

const BACKEND = 'tensorflow';
const PACKAGE = '@tensorflow/tfjs-node-gpu';

interface BackendModule {
  readonly NodeJSKernelBackend: new (binding: unknown, packageName: string) => tf.KernelBackend;
}

/**
 * Loads the TensorFlow library and makes it the backend of TensorFlow.js.
 *
 * The package's own entry looks for the binding inside node_modules; its kernels and its backend do not.
 */
export async function startNativeBackend(build: NativeBuild, threads: number): Promise<void> {
  if (tf.engine().registryFactory[BACKEND] === undefined) {
    setEnvironment(build.variant, threads);
    restoreRemovedTypeTests();
    const require = createRequire(import.meta.url);
    require(`${PACKAGE}/dist/register_all_kernels`);
    const backend: unknown = require(`${PACKAGE}/dist/nodejs_kernel_backend`);
    if (!isBackendModule(backend)) throw new Error(`${PACKAGE} has no NodeJSKernelBackend`);
    const binding = load(require, build);
    tf.registerBackend(BACKEND, () => new backend.NodeJSKernelBackend(binding, PACKAGE));
  }
  if (!(await tf.setBackend(BACKEND))) throw new Error('TensorFlow.js refused the native backend');
  const onDevice = 'isUsingGpuDevice' in tf.backend() && Reflect.get(tf.backend(), 'isUsingGpuDevice') === true;
  if (onDevice !== (build.variant === 'cuda')) {
    const reason = onDevice ? 'this process has already started CUDA' : 'TensorFlow sees no CUDA device';
    throw new EngineUnavailableError({ kind: 'load-failed', variant: build.variant, file: build.bindingFile, reason });
  }
}

function load(require: NodeJS.Require, build: NativeBuild): unknown {
  try {
    return require(build.bindingFile);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineUnavailableError({ kind: 'load-failed', variant: build.variant, file: build.bindingFile, reason });
  }
}

function isBackendModule(value: unknown): value is BackendModule {
  return typeof value === 'object' && value !== null && 'NodeJSKernelBackend' in value;
}

/** TensorFlow reads these once, while it is being loaded. What the user has set stays. */
function setEnvironment(variant: Variant, threads: number): void {
  const env = process.env;
  env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  if (variant === 'cuda') {
    env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
    // The same digests run after run, and products with all of their digits.
    env['TF_DETERMINISTIC_OPS'] ??= '1';
    env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  }
  env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  env['TF_NUM_INTEROP_THREADS'] = '1';
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
