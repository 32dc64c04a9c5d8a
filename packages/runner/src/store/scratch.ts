import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';
import { writeDurably } from './durable.js';
import type { Store } from './store.js';

const ownerFile = 'owner.json';
/** Time between a directory and the file that names its owner. */
const longest = 3_600_000;

/** A directory for one attempt at a stage, on the disk of the store; its owner is written down for `sweepScratch`. */
export async function makeScratch(store: Store): Promise<string> {
  const directory = join(store.scratch, randomUUID());
  await mkdir(directory, { recursive: true });
  await writeDurably(join(directory, ownerFile), JSON.stringify(thisProcess()));
  return directory;
}

async function isAbandoned(directory: string): Promise<boolean> {
  try {
    return isAlive(JSON.parse(await readFile(join(directory, ownerFile), 'utf8')) as ProcessIdentity) === false;
  } catch {
    // Being made or being deleted by somebody else right now, unless it has been like that for long.
    const { mtimeMs } = await stat(directory).catch(() => ({ mtimeMs: Infinity }));
    return Date.now() - mtimeMs > longest;
  }
}

/** Deletes what runs that died have left behind. */
export async function sweepScratch(store: Store): Promise<void> {
  for (const name of await readdir(store.scratch)) {
    const directory = join(store.scratch, name);
    if (name.startsWith('discarded-') || (await isAbandoned(directory)))
      await rm(directory, { recursive: true, force: true });
  }
}
