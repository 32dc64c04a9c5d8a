import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNamedAlive, processName, writeDurably } from '@twoshot/disk';
import type { Store } from './store.js';

/** Names a directory in scratch after its owner, so that it can be swept once the owner is dead. */
export const scratchPath = (store: Store): string => join(store.scratch, `${processName()}-${randomUUID()}`);

/** Writes a file of the store: whole or not at all, and with nothing left behind for good if the process dies. */
export const writeInto = (store: Store, path: string, content: string): Promise<void> =>
  writeDurably(path, content, scratchPath(store));

/** A directory for one attempt at a stage, on the disk of the store. */
export async function makeScratch(store: Store): Promise<string> {
  const directory = scratchPath(store);
  await mkdir(directory);
  return directory;
}

/** Time after which nobody on another machine is at it any more. */
const longest = 2 * 86_400_000;

async function isAbandoned(directory: string, name: string): Promise<boolean> {
  const alive = isNamedAlive(name);
  if (alive !== null) return !alive;
  const found = await stat(directory).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > longest;
}

/** Deletes what runs that died have left behind. */
export async function sweepScratch(store: Store): Promise<void> {
  for (const name of await readdir(store.scratch)) {
    const directory = join(store.scratch, name);
    if (await isAbandoned(directory, name)) await rm(directory, { recursive: true, force: true });
  }
}
