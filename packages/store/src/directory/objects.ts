import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { acquireLock, syncDirectory, syncTree, systemCode } from '@twoshot/disk';
import { scratchPath, writeInto } from './scratch.js';
import type { Places } from './places.js';

/** A file of an artifact when it was stored: path in it, size, and time of the last change in milliseconds. */
type StoredFile = readonly [path: string, bytes: number, changed: number];

interface ObjectRecord {
  readonly files: readonly StoredFile[];
}

/** Gives the logical digest of an artifact's directory. */
export type Digest = (directory: string) => Promise<string>;

const logicalDigest: Digest = async (directory) => {
  const { digestArtifact } = await import('@twoshot/artifact');
  return digestArtifact(directory);
};

async function listFiles(root: string, under = ''): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for (const entry of await readdir(join(root, under), { withFileTypes: true })) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await listFiles(root, path)));
    else {
      const { size, mtimeMs } = await stat(join(root, path));
      files.push([path, size, mtimeMs]);
    }
  }
  return files.sort(([a], [b]) => (a < b ? -1 : 1));
}

async function readRecord(places: Places, digest: string): Promise<ObjectRecord | null> {
  try {
    return JSON.parse(await readFile(places.objectRecord(digest), 'utf8')) as ObjectRecord;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Whether an artifact is in the store as it was put there. Sizes and times answer for the content; where a time
 * differs (the store was copied, or somebody touched a file) the content itself is asked.
 */
export async function isIntact(places: Places, digest: string, digestNow: Digest = logicalDigest): Promise<boolean> {
  const record = await readRecord(places, digest);
  if (record === null) return false;
  const directory = places.object(digest);
  let files: readonly StoredFile[];
  try {
    files = await listFiles(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
  const same = (compare: (stored: StoredFile, now: StoredFile) => boolean): boolean =>
    files.length === record.files.length && files.every((file, at) => compare(record.files[at]!, file));
  if (!same((stored, now) => stored[0] === now[0] && stored[1] === now[1])) return false;
  if (same((stored, now) => stored[2] === now[2])) return true;
  let found: string;
  try {
    found = await digestNow(directory);
  } catch {
    // What cannot be read as an artifact any more is damaged.
    return false;
  }
  if (found !== digest) return false;
  // Only saves the next reading; a store that is only read goes without.
  await writeInto(places, places.objectRecord(digest), JSON.stringify({ files })).catch(() => undefined);
  return true;
}

/** Takes a directory out of its place at once and then deletes it, so that nobody meets it half deleted. */
export async function discard(places: Places, directory: string): Promise<void> {
  const grave = scratchPath(places);
  try {
    await rename(directory, grave);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(grave, { recursive: true, force: true });
}

async function moveIn(places: Places, digest: string, scratch: string): Promise<void> {
  const directory = places.object(digest);
  await mkdir(dirname(directory), { recursive: true });
  for (;;) {
    try {
      await rename(scratch, directory);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error))) throw error;
      // Left by a run that died before it wrote the record, or damaged since: ours is known to be whole.
      await discard(places, directory);
    }
  }
}

/**
 * Puts an artifact into the store: `scratch` is moved to its place there, on the same disk, in one step. If the store
 * has it already, `scratch` is deleted.
 */
export async function putObject(places: Places, digest: string, scratch: string, digestNow?: Digest): Promise<void> {
  const lock = await acquireLock(places.lock(`object-${digest}`));
  try {
    await putLocked(places, digest, scratch, digestNow);
  } finally {
    await lock.release();
  }
}

async function putLocked(places: Places, digest: string, scratch: string, digestNow?: Digest): Promise<void> {
  if (await isIntact(places, digest, digestNow)) {
    await rm(scratch, { recursive: true, force: true });
    return;
  }
  const files = await listFiles(scratch);
  for (const [path] of files) await chmod(join(scratch, path), 0o444);
  await syncTree(scratch);
  await moveIn(places, digest, scratch);
  await syncDirectory(dirname(places.object(digest)));
  await writeInto(places, places.objectRecord(digest), JSON.stringify({ files }));
}
