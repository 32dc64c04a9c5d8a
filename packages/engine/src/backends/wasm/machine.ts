import type * as tf from '@tensorflow/tfjs-core';
import type { SharedBackend, SharedModule } from './shared-module.js';
import { Threads, type Kernel } from './threads.js';

/** A tensor that a kernel writes, and where. */
export interface Output {
  readonly info: tf.TensorInfo;
  readonly address: number;
}

/** Memory for the time of one call, given back all at once. */
export interface Workspace {
  take(bytes: number): number;
  /** Puts numbers of 32 bits into memory. */
  write(numbers: readonly number[]): number;
}

const ALIGNMENT = 64;

/** The backend's memory and the threads that run our kernels on it. */
export class Machine {
  readonly threads: Threads;
  readonly #module: SharedModule;
  readonly #backend: SharedBackend;
  #zeros = { address: 0, bytes: 0 };

  constructor(module: SharedModule, backend: SharedBackend, kernels: readonly Kernel[]) {
    this.#module = module;
    this.#backend = backend;
    this.threads = new Threads(kernels, module.wasmMemory, (bytes) => this.#allocate(bytes));
  }

  addressOf({ dataId }: tf.TensorInfo): number {
    return this.#backend.dataIdMap.get(dataId).memoryOffset;
  }

  output(shape: readonly number[]): Output {
    const info = this.#backend.makeOutput(shape, 'float32');
    return { info, address: this.addressOf(info) };
  }

  /** The same numbers once more, without a copy. */
  share(info: tf.TensorInfo): tf.TensorInfo {
    this.#backend.incRef(info.dataId);
    return { dataId: info.dataId, shape: info.shape, dtype: info.dtype };
  }

  /** Address of so many zeros, which nobody writes. */
  zeros(bytes: number): number {
    if (bytes > this.#zeros.bytes) {
      if (this.#zeros.bytes > 0) this.#module._free(this.#zeros.address);
      const address = this.#allocate(bytes);
      new Uint8Array(this.#module.wasmMemory.buffer, address, bytes).fill(0);
      this.#zeros = { address, bytes };
    }
    return this.#zeros.address;
  }

  /** Lends memory to a function. */
  withWorkspace<T>(work: (workspace: Workspace) => T): T {
    const taken: number[] = [];
    const take = (bytes: number): number => {
      const address = this.#allocate(bytes + ALIGNMENT);
      taken.push(address);
      return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
    };
    const write = (numbers: readonly number[]): number => {
      const address = take(4 * numbers.length);
      // Addresses beyond 2 GiB and negative numbers keep their bits.
      new Int32Array(this.#module.wasmMemory.buffer, address, numbers.length).set(numbers.map((number) => number | 0));
      return address;
    };
    try {
      return work({ take, write });
    } finally {
      for (const address of taken) this.#module._free(address);
    }
  }

  #allocate(bytes: number): number {
    const address = this.#module._malloc(bytes) >>> 0;
    if (address === 0) throw new Error(`the WebAssembly memory (4 GiB at most) has no ${bytes} bytes left`);
    return address;
  }
}

/** A number as float32, in the form in which it lies among the integers that a kernel takes. */
export const floatBits = (value: number): number => new Int32Array(new Float32Array([value]).buffer)[0]!;
