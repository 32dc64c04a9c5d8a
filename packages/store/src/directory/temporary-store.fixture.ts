import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@twoshot/artifact/canonical-json';
import type { Digest } from './objects.js';
import type { Store } from '../store.js';
import { openDirectory } from './open-directory.js';
import { placesIn, type Places } from './places.js';

export interface TemporaryStore {
  readonly store: Store;
  readonly places: Places;
  readonly remove: () => Promise<void>;
}

/** A directory store in a temporary folder. */
export async function temporaryStore(digest: Digest = digestContent): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-store-'));
  const root = join(folder, 'store');
  const store = await openDirectory(root, 'run', digest);
  if (!store.ok) throw new Error(store.failures[0]?.message);
  return { store: store.value, places: placesIn(root), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Digest of artifacts that are one file `content`. */
export const digestContent: Digest = async (directory) => sha256(await readFile(join(directory, 'content'), 'utf8'));

/** An artifact in scratch. */
export async function artifactOf(
  { store }: Pick<TemporaryStore, 'store'>,
  content: string,
): Promise<{ directory: string; digest: string }> {
  const { path } = await store.scratch();
  await writeFile(join(path, 'content'), content);
  return { directory: path, digest: sha256(content) };
}
