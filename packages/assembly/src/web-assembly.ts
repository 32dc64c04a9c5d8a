/** Memory of one thread. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** A memory that threads share; its buffer is another object after it has grown. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

interface Limits {
  /** In pages of 64 KiB. */
  readonly initial: number;
  readonly maximum: number;
}

interface WebAssemblyApi {
  readonly Memory: {
    new (limits: Limits & { readonly shared: true }): SharedMemory;
    new (limits: Limits): Memory;
  };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory | SharedMemory } },
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => void>> };
}

/** Node has it; the types of Node leave it to those of browsers. */
export const WebAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi;
