export { keepEnds, sweepCheckpoints } from './checkpoints.js';
export { storeFailure, writingTo } from './disk-failure.js';
export { earlierResults, remember } from './history.js';
export type { Manifest } from './manifest.js';
export { putObject } from './objects.js';
export { findResult, putResult } from './results.js';
export { makeScratch, sweepScratch, writeInto } from './scratch.js';
export { openForReading, openStore, type Store, storeAt } from './store.js';
