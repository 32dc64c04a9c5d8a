import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, systemCode, withLock } from '@twoshot/disk';
import { isOwn, recordContents } from './contents-record.js';
import type { WheelFailure } from './failure.js';
import { othersMayWrite } from './others-may-write.js';

/** What to install in the user's cache. */
export interface CachePlan {
  /** Folder of the installed files, the lock and the scratch folders. */
  readonly folder: string;
  /** Peak disk space of the installation, in bytes. */
  readonly peak: number;
  readonly isThere: () => boolean;
}

export interface CacheOptions {
  readonly signal?: AbortSignal;
  /** Called once, if another process is installing. */
  readonly onWait: (pid: number) => void;
}

/** Names in the folder of a plan beside what is installed. */
export const scratchPrefix = 'scratch-';
export const lockName = 'lock';

/** A read-only folder, or a file in place of a folder. */
const notWritable = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST']);

/**
 * Installs the missing part of a plan. `make` works in a scratch folder, and what it has finished appears by `publish`,
 * a rename. Two processes wait for each other; a killed one leaves its scratch folder, which the next one deletes;
 * folders of others stay.
 *
 * @returns null when it is installed
 */
export async function fillCache<F>(
  { folder, peak, isThere }: CachePlan,
  { signal, onWait }: CacheOptions,
  make: (scratch: string) => Promise<F | null>,
): Promise<F | WheelFailure | null> {
  const fill = async (): Promise<F | null> => {
    if (isThere()) return null;
    for (const entry of await readdir(folder))
      if (entry.startsWith(scratchPrefix) && isOwn(join(folder, entry)))
        await rm(join(folder, entry), { recursive: true, force: true, maxRetries: 3 });
    const scratch = await mkdtemp(join(folder, scratchPrefix));
    try {
      await recordContents(scratch);
      return await make(scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
    }
  };
  try {
    const isNew = !existsSync(folder);
    await makeFolder(folder);
    // Where files are shared by group, a new folder may be written by the group.
    if (isNew) await chmod(folder, 0o755);
  } catch (error) {
    return { kind: 'cache-not-writable', folder, reason: String(error) };
  }
  const open = othersMayWrite(folder);
  if (open !== null) return { kind: 'cache-not-trusted', folder, reason: open };
  try {
    return await withLock(join(folder, lockName), fill, {
      ...(signal && { signal }),
      onWait: ({ pid }) => onWait(pid),
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return { kind: 'disk-full', folder, needed: peak, free: await freeBytes(folder) };
    if (notWritable.has(code)) return { kind: 'cache-not-writable', folder, reason: String(error) };
    throw error;
  }
}

/**
 * Makes a folder appear in the cache, with a record of what it holds. Where a dead owner's lock was taken over twice,
 * another process may have been as fast; what both made is equal.
 */
export async function publish(staged: string, target: string): Promise<void> {
  await recordContents(staged);
  try {
    await rename(staged, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

/** Null where the system does not say. */
async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** A failure if the disk of the folder has less free space than the plan needs. */
export async function missingRoom({ folder, peak }: Omit<CachePlan, 'isThere'>): Promise<WheelFailure | null> {
  const free = await freeBytes(folder);
  return free !== null && free < peak ? { kind: 'disk-full', folder, needed: peak, free } : null;
}
