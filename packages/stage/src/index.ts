export { type Checkpoint, type Checkpoints } from './checkpoint.js';
export * from './declaration.js';
export * from './params.js';
export * from './params-schema.js';
export { memoryOf, threadsOf, type Resources } from './resources.js';
