/** A memory that threads share; its buffer is another object after it has grown. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: SharedMemory } },
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => void>> };
}

/** Node has it; the types of Node leave it to those of browsers. */
export const WebAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi;
