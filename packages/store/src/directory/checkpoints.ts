import { lstat, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isCheckpointName, isEndName } from '@twoshot/stage/host';
import { isFolderIn, MisplacedError, systemCode } from '@twoshot/disk';
import type { Places } from './places.js';
import { namesIn } from './results.js';

/** Time after which nobody comes back to what was interrupted, or goes on from an end. */
const longest = 30 * 86_400_000;

/** Whether a folder for checkpoints is there, and lies in the store. */
async function isThere(places: Places, folder: string): Promise<boolean> {
  try {
    return await isFolderIn(places.root, folder);
  } catch (error) {
    if (!(error instanceof MisplacedError)) throw error;
    places.distrust(error.path, error.found);
    return false;
  }
}

/** Removes a folder if nothing is in it any more. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error))) throw error;
  });
}

/** Deletes the checkpoints of a piece of work that `isLeft` does not keep, and the folder where nothing is left. */
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

/** Deletes the checkpoints of work that has its result, but for those from which longer work may go on. */
export const keepEnds = (places: Places, folder: string): Promise<void> => removeCheckpoints(places, folder, isEndName);

const isDigest = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

async function isOlder(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && now - found.mtimeMs > longest;
}

/** Deletes checkpoints that were given up. A folder is changed whenever a checkpoint is added to it. */
export async function sweepCheckpoints(places: Places, now: number = Date.now()): Promise<void> {
  if (!(await isThere(places, places.checkpointFolder))) return;
  for (const kind of namesIn(places, places.checkpointFolder).filter(isDigest)) {
    const ofKind = join(places.checkpointFolder, kind);
    if (!(await isThere(places, ofKind))) continue;
    for (const work of namesIn(places, ofKind).filter(isDigest)) {
      const folder = join(ofKind, work);
      if (await isOlder(folder, now)) await removeCheckpoints(places, folder);
    }
    // Another run may be about to put something into one that is new.
    if (await isOlder(ofKind, now)) await removeEmpty(ofKind);
  }
}
