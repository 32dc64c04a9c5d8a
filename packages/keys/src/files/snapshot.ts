import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { systemCode } from '@twoshot/disk';
import { sha256 } from '@twoshot/artifact/canonical-json';

/** A file as it was read: size, times of the last changes of content and of status in milliseconds, and its content. */
export interface FileSnapshot {
  readonly bytes: number;
  readonly modified: number;
  readonly changed: number;
  readonly sha256: string;
  /** When it was read. */
  readonly read: number;
}

export type Snapshot = Readonly<Record<string, FileSnapshot>>;

/**
 * A file that was changed just before it was read may be changed again without a visible difference in its times,
 * whose steps can be as coarse as this.
 */
const coarsestClock = 2_000;

/** From this size on a file is read in pieces. */
const large = 1 << 26;

async function digestOfFile(path: string, bytes: number): Promise<string> {
  if (bytes < large) return sha256(await readFile(path));
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Takes down one file. */
export async function snapshotOf(path: string): Promise<FileSnapshot> {
  // Times first: a change while reading then shows.
  const { size, mtimeMs, ctimeMs } = await stat(path);
  return { bytes: size, modified: mtimeMs, changed: ctimeMs, sha256: await digestOfFile(path, size), read: Date.now() };
}

/**
 * Takes a file down again: by its times where they prove that it is as it was, by its content otherwise.
 *
 * @returns null if there is no such file any more
 */
export async function refresh(path: string, earlier: FileSnapshot | undefined): Promise<FileSnapshot | null> {
  try {
    if (earlier === undefined) return await snapshotOf(path);
    const { size, mtimeMs, ctimeMs } = await stat(path);
    const same = size === earlier.bytes && mtimeMs === earlier.modified && ctimeMs === earlier.changed;
    return same && earlier.changed < earlier.read - coarsestClock ? earlier : await snapshotOf(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}
