export * from './declaration.js';
export * from './params.js';
