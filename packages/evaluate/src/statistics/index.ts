export * from './confidence-interval.js';
export * from './holm.js';
export * from './mcnemar.js';
export * from './wilcoxon.js';
