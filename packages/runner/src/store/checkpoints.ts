import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './disk-failure.js';
import type { Store } from './store.js';

/** Time after which nobody comes back to what was interrupted. */
const longest = 30 * 86_400_000;

/** Deletes the checkpoints of work that was given up. A folder is changed whenever a checkpoint is added to it. */
export async function sweepCheckpoints(store: Store, now: number = Date.now()): Promise<void> {
  let names: string[];
  try {
    names = await readdir(store.checkpointFolder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    const directory = join(store.checkpointFolder, name);
    const found = await stat(directory).catch(() => null);
    if (found !== null && now - found.mtimeMs > longest) await rm(directory, { recursive: true, force: true });
  }
}
