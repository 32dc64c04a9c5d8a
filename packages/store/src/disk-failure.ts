import { systemCode } from '@twoshot/disk';
import { type Failure, RunProblem } from '@twoshot/diagnostics';

const full = new Set(['ENOSPC', 'EDQUOT']);
const readOnly = new Set(['EROFS', 'EACCES', 'EPERM']);

/** The failure behind an error of the file system under the store; null if it is something else. */
export function storeFailure(store: string, code: string, detail: string): Failure | null {
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

/** Runs something that writes to the store; errors of the disk come out as a `RunProblem`. */
export async function writingTo<T>(store: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RunProblem) throw error;
    const failure = storeFailure(store, systemCode(error), error instanceof Error ? error.message : String(error));
    throw failure === null ? error : new RunProblem(failure, error);
  }
}
