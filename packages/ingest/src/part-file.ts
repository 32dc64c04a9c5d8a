import { constants, openSync, rmSync, type Stats } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { isMissing } from '@twoshot/disk';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_WRONLY } = constants;

/** A plain file of this user under one name. Through a link, somebody else's file would be written to. */
const isOwn = (found: Stats): boolean =>
  found.isFile() && found.nlink === 1 && (process.getuid === undefined || found.uid === process.getuid());

/**
 * Bytes of a download that are there already. What stands in its place and is no plain file of this user is removed: of a
 * link the link, and not what it leads to.
 */
export async function bytesOfPart(part: string): Promise<number> {
  try {
    const found = await lstat(part);
    if (isOwn(found)) return found.size;
    await rm(part);
    return 0;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/**
 * Opens a download to be gone on with, or a new one. At once: what a server sends meanwhile, and that it broke off,
 * would be lost.
 *
 * @returns the descriptor
 */
export function openPart(part: string, start: number): number {
  if (start > 0) return openSync(part, O_RDWR | (O_NOFOLLOW ?? 0));
  rmSync(part, { force: true });
  return openSync(part, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), 0o644);
}
