import { lstat, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isCheckpointName, isEndName } from '@twoshot/stage/host';
import { isFolderIn, MisplacedError, systemCode } from '@twoshot/disk';
import type { Places } from './places.js';
import { namesIn } from './results.js';

/** Age after which checkpoints of interrupted or finished work are deleted. */
const longest = 30 * 86_400_000;

/** Whether a folder for checkpoints exists, and is inside the store. */
async function isThere(places: Places, folder: string): Promise<boolean> {
  try {
    return await isFolderIn(places.root, folder);
  } catch (error) {
    if (!(error instanceof MisplacedError)) throw error;
    places.distrust(error.path, error.found);
    return false;
  }
}

/** Removes a folder if it is empty. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error))) throw error;
  });
}

/** Deletes the checkpoints of a piece of work that `isLeft` does not keep, and the folder if it is then empty. */
export async function removeCheckpoints(
  places: Places,
  folder: string,
  isLeft: (name: string) => boolean = () => false,
): Promise<void> {
  if (!(await isThere(places, folder))) return;
  for (const name of namesIn(places, folder))
    if (isCheckpointName(name) && !isLeft(name)) await rm(join(folder, name), { force: true });
  await removeEmpty(folder);
  await removeEmpty(dirname(folder));
}

/** Deletes the checkpoints of finished work, except those from which longer work may continue. */
export const keepEnds = (places: Places, folder: string): Promise<void> => removeCheckpoints(places, folder, isEndName);

const isDigest = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

async function isOlder(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && now - found.mtimeMs > longest;
}

/** Deletes abandoned checkpoints. A folder is changed whenever a checkpoint is added to it. */
export async function sweepCheckpoints(places: Places, now: number = Date.now()): Promise<void> {
  if (!(await isThere(places, places.checkpointFolder))) return;
  for (const kind of namesIn(places, places.checkpointFolder).filter(isDigest)) {
    const ofKind = join(places.checkpointFolder, kind);
    if (!(await isThere(places, ofKind))) continue;
    for (const work of namesIn(places, ofKind).filter(isDigest)) {
      const folder = join(ofKind, work);
      if (await isOlder(folder, now)) await removeCheckpoints(places, folder);
    }
    // Another run may be about to write into a new one.
    if (await isOlder(ofKind, now)) await removeEmpty(ofKind);
  }
}
