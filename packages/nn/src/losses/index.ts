export * from './binary-cross-entropy.js';
export * from './cross-entropy.js';
export * from './metric/index.js';
export * from './ssl/index.js';
