export * from './multi-similarity.js';
