export { DamagedArtifactError } from './damaged-artifact.js';
export { earlierResults } from './earlier-results.js';
export { writingTo } from './failing-store.js';
export { ForeignFileError } from './foreign-file.js';
export { findResult, type Found } from './find-result.js';
export type { Manifest, StoredOutput } from './manifest.js';
export { openStore, storeAddress } from './open-store.js';
export { verifyStore, type StoreCheck } from './verify-store.js';
export type {
  CheckpointPlace,
  Lock,
  Scratch,
  Store,
  StoreMode,
  StoreOptions,
  StoreProvider,
  Waiting,
} from './store.js';
