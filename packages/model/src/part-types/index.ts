export * from './backbone.js';
export * from './classifier.js';
export * from './clustering-head.js';
export * from './comparators.js';
export * from './mlp.js';
export * from './prototypes.js';
export * from './whitening.js';
