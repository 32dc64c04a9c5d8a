import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, withLock, type LockOptions } from '@twoshot/disk';
import { isOwn } from './contents-record.js';
import type { WheelFailure } from './failure.js';
import { lockName, scratchPrefix } from './fill-cache.js';

/** Outcome for a folder of the cache. */
export interface Removal {
  readonly folder: string;
  /** Names of what was installed. */
  readonly removed: readonly string[];
  /** Names of other entries, which remain. */
  readonly left: readonly string[];
}

/** A lock, or leftovers of a dead process that tried to acquire it. */
const lockNames = new RegExp(`^${lockName}(\\.[0-9a-f-]{36})?$`);

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Removes what was installed in a folder of the cache, and nothing else. Waits for a process that installs there.
 *
 * @param isInstalled whether an entry of that name was installed
 * @throws the reason of the signal when it is aborted first
 */
export async function removeInstalled(
  folder: string,
  isInstalled: (name: string) => boolean,
  options: LockOptions = {},
): Promise<Removal | WheelFailure> {
  const isOurs = (name: string): boolean =>
    isInstalled(name) || (name.startsWith(scratchPrefix) && isOwn(join(folder, name)));
  try {
    const removed = (await namesIn(folder)).filter(isOurs);
    if (removed.length === 0) return { folder, removed, left: await namesIn(folder) };
    await withLock(
      join(folder, lockName),
      async () => {
        for (const name of (await namesIn(folder)).filter(isOurs))
          await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
      },
      options,
    );
    for (const name of await namesIn(folder)) if (lockNames.test(name)) await rm(join(folder, name), { force: true });
    const left = await namesIn(folder);
    if (left.length === 0) await removeEmpty(folder);
    return { folder, removed, left };
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return { kind: 'cache-not-writable', folder, reason: String(error) };
  }
}

/** Another process may be about to install there again. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error))) throw error;
  });
}
