import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@twoshot/artifact/canonical-json';
import type { Digest } from './objects.js';
import type { Store, StoreOptions } from '../store.js';
import { openDirectory } from './open-directory.js';
import { placesIn, type Places } from './places.js';

export interface TemporaryStore {
  readonly store: Store;
  /** Warnings of the store. */
  readonly warnings: readonly string[];
  readonly places: Places;
  readonly remove: () => Promise<void>;
}

/** A directory store in a temporary folder. */
export async function temporaryStore(digest: Digest = digestContent): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-store-'));
  const root = join(folder, 'store');
  const warnings: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  const store = await reopened(root, { warn }, digest);
  return { store, warnings, places: placesIn(root), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A store that exists, as a second run has it. */
export async function reopened(
  root: string,
  options: StoreOptions = {},
  digest: Digest = digestContent,
): Promise<Store> {
  const store = await openDirectory(root, 'run', options, digest);
  if (!store.ok) throw new Error(store.failures[0]?.message);
  return store.value;
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
