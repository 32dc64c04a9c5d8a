export { type Checkpoint, type Checkpoints } from './checkpoint.js';
export * from './declaration.js';
export { descriptionOf, isData, type Description } from './description.js';
export * from './params.js';
export * from './params-schema.js';
export { memoryOf, threadsOf, type Resources } from './resources.js';
