import { systemCode } from '@twoshot/disk';
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
      next: 'free some space, or name a store on another disk with --store; what is in the store stays valid',
    };
  if (readOnly.has(code))
    return {
      code: 'store-read-only',
      message: `The store ${store} cannot be written to`,
      where: null,
      found: detail,
      next: 'make it writable, or name another one with --store; `twoshot plan` and `twoshot why` only read',
    };
  return null;
}
