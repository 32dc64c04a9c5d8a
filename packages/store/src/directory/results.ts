import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { exactly, inside, type Shape } from '@twoshot/artifact/json-shape';
import { sealed } from '@twoshot/artifact/sealed-json';
import { systemCode } from '@twoshot/disk';
import { keyOf, type ReadSet } from '@twoshot/keys';
import { aManifest, aReadSet } from '../manifest-shape.js';
import type { Manifest } from '../manifest.js';
import type { Places } from './places.js';
import { faultOf, readSealed, writeInto } from './sealed-file.js';

const aManifestOf =
  (key: string): Shape<Manifest> =>
  (value, place) => {
    const manifest = aManifest(value, place);
    exactly(key)(manifest.key, inside(place, 'key'));
    exactly(key)(keyOf(manifest.document), inside(place, 'document'));
    return manifest;
  };

/** The manifest of a key; null if there is none, or one whose content does not match its name. */
export const readManifest = (places: Places, key: string): Promise<Manifest | null> =>
  readSealed(places, places.manifest(key), aManifestOf(key));

/** Names in a folder of the store; none if it does not exist. */
export function namesIn(places: Places, folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    const fault = faultOf(error);
    if (fault === null) throw error;
    places.distrust(folder, fault);
    return [];
  }
}

export async function readSetsOf(places: Places, base: string): Promise<readonly ReadSet[]> {
  const directory = places.readSets(base);
  const names = namesIn(places, directory).filter((file) => file.endsWith('.json'));
  const sets = await Promise.all(names.map((name) => readSealed(places, join(directory, name), aReadSet)));
  return sets.filter((set) => set !== null);
}

/** Stores a result whose artifacts are stored: first its log, then its read set, last its manifest. */
export async function writeResult(places: Places, base: string, manifest: Manifest, log: string): Promise<void> {
  const { key, reads } = manifest;
  await writeInto(places, places.log(key), log);
  await writeInto(places, join(places.readSets(base), `${digestOf(reads)}.json`), sealed(reads));
  await writeInto(places, places.manifest(key), sealed(manifest));
}

const digestName = /^([0-9a-f]{64})\.json$/;

/** Digests that name a file of a folder of the store, each in the folder of its first two letters. */
export async function digestsIn(places: Places, folder: string): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const shelf of namesIn(places, folder).filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const name of namesIn(places, join(folder, shelf))) {
      const digest = digestName.exec(name)?.[1];
      if (digest?.startsWith(shelf) === true) digests.push(digest);
    }
  return digests;
}
