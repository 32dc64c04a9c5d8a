import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNamedAlive, processName, writeDurably } from '@twoshot/disk';
import type { Places } from './places.js';

/** Names a directory in scratch after its owner, so that it can be swept once the owner is dead. */
export const scratchPath = (places: Places): string => join(places.scratch, `${processName()}-${randomUUID()}`);

/** Writes a file of the store: whole or not at all, and with nothing left behind for good if the process dies. */
export const writeInto = (places: Places, path: string, content: string): Promise<void> =>
  writeDurably(path, content, scratchPath(places));

/** A directory for one attempt at a stage, on the disk of the places. */
export async function makeScratch(places: Places): Promise<string> {
  const directory = scratchPath(places);
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
export async function sweepScratch(places: Places): Promise<void> {
  for (const name of await readdir(places.scratch)) {
    const directory = join(places.scratch, name);
    if (await isAbandoned(directory, name)) await rm(directory, { recursive: true, force: true });
  }
}
