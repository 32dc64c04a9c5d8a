export { syncDirectory, syncTree, writeDurably } from './durable.js';
export { acquireLock, sweepLocks, withLock, type Lock, type LockOptions } from './lock.js';
export { isAlive, isNamedAlive, processName, thisProcess, type ProcessIdentity } from './process-identity.js';
export { systemCode } from './system-code.js';
export { walkFolder, type FolderEntry } from './walk-folder.js';
