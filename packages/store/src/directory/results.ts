import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { systemCode } from '@twoshot/disk';
import { keyOf, type ReadSet } from '@twoshot/keys';
import type { Manifest } from '../manifest.js';
import type { Places } from './places.js';
import { writeInto } from './scratch.js';

/** The text of a file; null if there is none. */
export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The manifest of a key; null if there is none, or one that does not hold what its name says. */
export async function readManifest(places: Places, key: string): Promise<Manifest | null> {
  try {
    const text = await textOf(places.manifest(key));
    if (text === null) return null;
    const manifest = JSON.parse(text) as Manifest;
    return manifest.key === key && keyOf(manifest.document) === key ? manifest : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

export async function readSetsOf(places: Places, base: string): Promise<readonly ReadSet[]> {
  const directory = places.readSets(base);
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
      const text = await textOf(join(directory, name));
      if (text !== null) sets.push(JSON.parse(text) as ReadSet);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return sets;
}

/** Stores a result whose artifacts are there: its log, then the way to it, and last of all its manifest. */
export async function writeResult(places: Places, base: string, manifest: Manifest, log: string): Promise<void> {
  const { key, reads } = manifest;
  await writeInto(places, places.log(key), log);
  await writeInto(places, join(places.readSets(base), `${digestOf(reads)}.json`), JSON.stringify(reads));
  await writeInto(places, places.manifest(key), `${JSON.stringify(manifest)}\n`);
}
