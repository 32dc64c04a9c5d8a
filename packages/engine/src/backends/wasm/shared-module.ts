import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as tf from '@tensorflow/tfjs-core';
import type { SharedMemory } from '@twoshot/assembly';

const FACTORY = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

/** What is used of the module that Emscripten made. */
export interface SharedModule {
  readonly wasmMemory: SharedMemory;
  _malloc(bytes: number): number;
  _free(address: number): void;
  cwrap(name: string, result: 'number' | null, parameters: readonly 'number'[]): (...values: number[]) => number;
  tfjs?: object;
}

interface ModuleOptions {
  locateFile(file: string): string;
  readonly mainScriptUrlOrBlob: string;
}

/** The place and the numbers of a tensor in the memory of the module. */
export interface SharedBackend extends tf.KernelBackend {
  readonly dataIdMap: { get(id: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], type: 'float32'): tf.TensorInfo;
}

export interface WasmPackage {
  readonly BackendWasm: new (module: SharedModule) => SharedBackend;
  setThreadsCount(count: number): void;
}

/**
 * The package's own build with a memory that threads share; in Node the package itself takes the one without. Its own
 * threads, which know a few of the ops, are not started: ours take all that is worth it.
 */
export async function loadSharedModule(): Promise<SharedModule> {
  const file = createRequire(import.meta.url).resolve(FACTORY);
  const factory = compileFactory(file);
  const module = await factory({
    locateFile: (name) => join(dirname(file), name),
    mainScriptUrlOrBlob: file,
  });
  // What the package itself adds between its module and its backend.
  const wrap = (name: string, ...parameters: 'number'[]): unknown => module.cwrap(name, null, parameters);
  module.tfjs = {
    init: wrap('init'),
    initWithThreadsCount: wrap('init_with_threads_count', 'number'),
    getThreadsCount: module.cwrap('get_threads_count', 'number', []),
    registerTensor: wrap('register_tensor', 'number', 'number', 'number'),
    disposeData: wrap('dispose_data', 'number'),
    dispose: wrap('dispose'),
  };
  return module;
}

function compileFactory(file: string): (options: ModuleOptions) => Promise<SharedModule> {
  const require = createRequire(file);
  const threads = { Worker: NoWorker };
  const module: { exports: unknown } = { exports: null };
  const around = {
    require: (name: string): unknown => (name === 'worker_threads' ? threads : require(name)),
    module,
    exports: {},
    __filename: file,
    __dirname: dirname(file),
    Worker: NoWorker,
    global: {},
    // It would listen to all that goes wrong in this process.
    process: { versions: process.versions, argv: [], on: (): void => undefined, listeners: (): unknown[] => [] },
  };
  const define = compileFunction(readFileSync(file, 'utf8'), Object.keys(around), { filename: file });
  Reflect.apply(define, undefined, Object.values(around));
  if (typeof module.exports !== 'function') throw new Error(`${file} exports no factory`);
  return module.exports as (options: ModuleOptions) => Promise<SharedModule>;
}

/** Stands for a thread of the module: it says that it is loaded, and is never given work. */
class NoWorker {
  onmessage: (event: { readonly data: object }) => void = () => undefined;

  postMessage({ cmd }: { readonly cmd?: string }): void {
    if (cmd === 'load') queueMicrotask(() => this.onmessage({ data: { cmd: 'loaded' } }));
  }

  on(): void {}
  ref(): void {}
  unref(): void {}
  terminate(): void {}
}
