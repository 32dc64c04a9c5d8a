export * from './contents.js';
export * from './kind.js';
export * from './rows.js';
