import { existsSync } from 'node:fs';
import { IrregularFileError, MisplacedError, systemCode } from '@twoshot/disk';
import type { Failure } from '@twoshot/diagnostics';

const full = new Set(['ENOSPC', 'EDQUOT']);
const readOnly = new Set(['EROFS', 'EACCES', 'EPERM']);

/** The failure behind an error of the file system under a store; null if it is something else. */
export function diskFailure(store: string, error: unknown): Failure | null {
  const code = systemCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (full.has(code))
    return {
      code: 'disk-full',
      message: `The disk of the store ${store} is full`,
      where: null,
      found: detail,
      next: 'free some space, or use a store on another disk with --store; results in the store stay valid',
    };
  if (readOnly.has(code))
    return {
      code: 'store-read-only',
      message: `The store ${store} cannot be written to`,
      where: null,
      found: detail,
      next: 'make it writable, or use another one with --store; `twoshot plan` and `twoshot why` only read',
    };
  if ((error instanceof IrregularFileError || error instanceof MisplacedError) && error.path.startsWith(store))
    return {
      code: 'store-damaged',
      message: `The store ${store} is blocked by a wrong entry`,
      where: null,
      expected: `a ${error instanceof MisplacedError ? 'folder' : 'file'} at ${error.path}`,
      found: error.found,
      next: `check ${error.path} and remove it; link targets were not touched`,
    };
  return null;
}

/** The same for a store that existed when the run started: it may have been moved since. */
export function runningDiskFailure(store: string, error: unknown): Failure | null {
  if (systemCode(error) === 'ENOENT' && !existsSync(store))
    return {
      code: 'store-gone',
      message: `The store ${store} is gone`,
      where: null,
      found: 'no such folder: it was moved or deleted during the run',
      next: 'pass its new path with --store; finished stages are kept there',
    };
  return diskFailure(store, error);
}
