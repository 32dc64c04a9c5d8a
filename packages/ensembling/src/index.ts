export * from './greedy-selection.js';
export * from './majority-vote.js';
export * from './means.js';
export type { ModelStack } from './model-stack.js';
export * from './rank-average.js';
export * from './stacking.js';
export * from './temperature.js';
export * from './weight-average.js';
