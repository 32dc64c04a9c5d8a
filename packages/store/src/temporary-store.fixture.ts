import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@twoshot/artifact/canonical-json';
import type { Digest } from './objects.js';
import { openStore, type Store } from './store.js';

/** A store in a temporary folder. */
export async function temporaryStore(): Promise<{ store: Store; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'twoshot-store-'));
  const store = await openStore(join(folder, 'store'));
  if (!store.ok) throw new Error(store.failures[0]?.message);
  return { store: store.value, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Digest of artifacts that are one file `content`. */
export const digestContent: Digest = async (directory) => sha256(await readFile(join(directory, 'content'), 'utf8'));

let made = 0;

/** An artifact in scratch. */
export async function artifactOf(store: Store, content: string): Promise<{ directory: string; digest: string }> {
  const directory = join(store.scratch, `artifact-${process.pid}-${made++}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'content'), content);
  return { directory, digest: sha256(content) };
}
