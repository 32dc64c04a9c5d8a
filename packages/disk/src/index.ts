export { replaceDurably, syncDirectory, syncTree, writeDurably } from './durable.js';
export { isFolderIn, makeFolderIn, MisplacedError } from './folder-in.js';
export { acquireLock, keepFresh, sweepLocks, withLock, type Lock, type LockOptions } from './lock.js';
export { makeFolder } from './make-folder.js';
export {
  isAlive,
  isNamedAlive,
  processName,
  processNamePattern,
  thisProcess,
  type ProcessIdentity,
} from './process-identity.js';
export {
  IrregularFileError,
  openRegularFile,
  readRegularFile,
  readRegularFileNow,
  type RegularFileOptions,
} from './regular-file.js';
export { isMissing, isOutOfFiles, moreFiles, systemCode } from './system-code.js';
export { cacheFolder } from './user-cache.js';
export { isLeftover, walkFolder, type FolderEntry } from './walk-folder.js';
