import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, systemCode, withLock } from '@twoshot/disk';
import { isOwn, recordContents } from './contents-record.js';
import type { WheelFailure } from './failure.js';
import { othersMayWrite } from './others-may-write.js';

/** What is to be installed in the user's cache. */
export interface CachePlan {
  /** Holds what is installed, the lock and the scratch folders. */
  readonly folder: string;
  /** Bytes that installing takes at its peak. */
  readonly peak: number;
  readonly isThere: () => boolean;
}

export interface CacheOptions {
  readonly signal?: AbortSignal;
  /** Another process is at it; called once. */
  readonly onWait: (pid: number) => void;
}

/** Names in the folder of a plan beside what is installed. */
export const scratchPrefix = 'scratch-';
export const lockName = 'lock';

/** A folder that may not be written, or a file where a folder should be. */
const notWritable = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST']);

/**
 * Installs what is missing of a plan. `make` works in a scratch folder, and what it has finished appears by `publish`,
 * a rename. Two processes wait for each other; a killed one leaves its scratch folder, which the next one sweeps away;
 * a folder that it did not write stays.
 *
 * @returns null when it is there
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

/** A failure where the disk of the folder has less room than the plan takes. */
export async function missingRoom({ folder, peak }: Omit<CachePlan, 'isThere'>): Promise<WheelFailure | null> {
  const free = await freeBytes(folder);
  return free !== null && free < peak ? { kind: 'disk-full', folder, needed: peak, free } : null;
}
