export * from './network-params.js';
export * from './policy.js';
export * from './recipe.js';
export * from './run-training.js';
export * from './start-backbone.js';
export * from './train-backbone.js';
export * from './training-params.js';
