import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseDocument, fillIn, keyOf, type Readable, type ReadSet } from '@twoshot/keys';
import { systemCode } from '@twoshot/disk';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { readManifest, writeManifest, type Manifest } from './manifest.js';
import { isIntact, type Digest } from './objects.js';
import { writeInto } from './scratch.js';
import type { Store } from './store.js';

/** What a look-up found; `damaged` is a result whose artifacts are not in the store as they were. */
export type Found =
  | { readonly state: 'hit'; readonly manifest: Manifest }
  | { readonly state: 'damaged'; readonly manifest: Manifest }
  | { readonly state: 'miss' };

async function readSetsOf(store: Store, base: string): Promise<readonly ReadSet[]> {
  const directory = store.readSets(base);
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  const sets: ReadSet[] = [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    try {
      sets.push(JSON.parse(await readFile(join(directory, name), 'utf8')) as ReadSet);
    } catch (error) {
      if (!(error instanceof SyntaxError) && systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return sets;
}

async function outputsIntact(store: Store, manifest: Manifest, digestNow?: Digest): Promise<boolean> {
  for (const output of Object.values(manifest.outputs))
    if (!(await isIntact(store, output.digest, digestNow))) return false;
  return true;
}

/**
 * Looks a result up in two steps: the base document leads to the read sets that results with it had; a hit is a result
 * whose read set, filled with the values of today, is its key document.
 */
export async function findResult(store: Store, base: BaseDocument, now: Readable, digestNow?: Digest): Promise<Found> {
  let damaged: Manifest | null = null;
  for (const reads of await readSetsOf(store, digestOf(base))) {
    const manifest = await readManifest(store, keyOf(fillIn(base, reads, now)));
    if (manifest === null) continue;
    if (await outputsIntact(store, manifest, digestNow)) return { state: 'hit', manifest };
    damaged = manifest;
  }
  return damaged === null ? { state: 'miss' } : { state: 'damaged', manifest: damaged };
}

/** Stores a result whose objects and log are in the store: first the way to it, then, last of all, its manifest. */
export async function putResult(store: Store, base: BaseDocument, manifest: Manifest): Promise<void> {
  const { reads } = manifest;
  await writeInto(store, join(store.readSets(digestOf(base)), `${digestOf(reads)}.json`), JSON.stringify(reads));
  await writeManifest(store, manifest);
}
