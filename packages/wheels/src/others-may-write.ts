import { statSync } from 'node:fs';

/** The root user may do anything anyway. */
const trusted = (owner: number): boolean => owner === 0 || owner === process.getuid?.();

/** Bits of the mode by which the group and all others may write. */
const writableByOthers = 0o022;

/**
 * Why another user of the machine could change what lies at a path: what is loaded from there would run with the rights of
 * this one. Null where nobody can, where nothing is there, and on systems without owners and modes.
 */
export function othersMayWrite(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || process.getuid === undefined) return null;
  if (!trusted(found.uid)) return `belongs to another user (${found.uid})`;
  return (found.mode & writableByOthers) === 0
    ? null
    : `may be written by other users (mode ${(found.mode & 0o777).toString(8)})`;
}
