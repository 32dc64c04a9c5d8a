import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFolderIn, isNamedAlive, keepFresh, processName, processNamePattern } from '@twoshot/disk';
import type { Scratch } from '../store.js';
import type { Places } from './places.js';

/** Names a directory in scratch after its owner, so that it can be deleted once the owner is dead. */
export const scratchPath = (places: Places): string => join(places.scratch, `${processName()}-${randomUUID()}`);

/** A directory for one attempt at a stage, on the disk of the places. */
export async function makeScratch(places: Places): Promise<Scratch> {
  const path = scratchPath(places);
  await mkdir(path);
  const end = keepFresh(path);
  return {
    path,
    remove() {
      end();
      return rm(path, { recursive: true, force: true });
    },
  };
}

/** Time without a heartbeat after which an owner that cannot be inspected, e.g. on another machine, counts as dead. */
const longest = 86_400_000;

const isScratchName = (name: string): boolean =>
  /^-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name.replace(processNamePattern, ''));

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const alive = isNamedAlive(name);
  if (alive !== null) return !alive;
  const found = await lstat(path).catch(() => null);
  return found !== null && Math.abs(Date.now() - found.mtimeMs) > longest;
}

/** Deletes what dead runs left behind, and nothing else. */
export async function sweepScratch(places: Places): Promise<void> {
  if (!(await isFolderIn(places.root, places.scratch))) return;
  for (const name of (await readdir(places.scratch)).filter(isScratchName)) {
    const path = join(places.scratch, name);
    if (await isAbandoned(path, name)) await rm(path, { recursive: true, force: true });
  }
}
