import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkpointEnd } from '@twoshot/stage/host';
import { systemCode } from '@twoshot/disk';
import type { Places } from './places.js';

/** Time after which nobody comes back to what was interrupted, or goes on from an end. */
const longest = 30 * 86_400_000;

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Removes a folder if nothing is in it any more. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error))) throw error;
  });
}

/** Deletes the checkpoints of work that has its result, but for those from which longer work may go on. */
export async function keepEnds(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    if (!name.endsWith(checkpointEnd)) await rm(join(folder, name), { force: true });
  await removeEmpty(folder);
  await removeEmpty(dirname(folder));
}

/** Deletes checkpoints that were given up. A folder is changed whenever a checkpoint is added to it. */
export async function sweepCheckpoints(places: Places, now: number = Date.now()): Promise<void> {
  for (const kind of await namesIn(places.checkpointFolder)) {
    const ofKind = join(places.checkpointFolder, kind);
    for (const work of await namesIn(ofKind)) {
      const found = await stat(join(ofKind, work)).catch(() => null);
      if (found !== null && now - found.mtimeMs > longest)
        await rm(join(ofKind, work), { recursive: true, force: true });
    }
    const found = await stat(ofKind).catch(() => null);
    // Another run may be about to put something into one that is new.
    if (found !== null && now - found.mtimeMs > longest) await removeEmpty(ofKind);
  }
}
