export * from './code.js';
export { assemble, type FunctionSource, type Local, type Scope } from './module.js';
export { type Memory, type SharedMemory, WebAssembly } from './web-assembly.js';
