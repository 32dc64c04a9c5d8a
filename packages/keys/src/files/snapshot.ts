import { createHash } from 'node:crypto';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { openRegularFile, systemCode } from '@twoshot/disk';
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
 * A file changed just before it was read may change again without a visible difference in its times, whose steps can be
 * as coarse as this.
 */
const coarsestClock = 2_000;

/** Larger files are read in chunks; in bytes. */
const large = 1 << 26;

async function digestOfFile(path: string, bytes: number): Promise<string> {
  const handle = await openRegularFile(path, { followLinks: true });
  try {
    if (bytes < large) return sha256(await handle.readFile());
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

// Times first, so that a change during reading shows.
const snapshot = ({ size, mtimeMs, ctimeMs }: Stats, digest: string): FileSnapshot => {
  return { bytes: size, modified: mtimeMs, changed: ctimeMs, sha256: digest, read: Date.now() };
};

/** Whether the times of a file prove that it is as it was. */
const isProven = ({ size, mtimeMs, ctimeMs }: Stats, earlier: FileSnapshot): boolean =>
  size === earlier.bytes &&
  mtimeMs === earlier.modified &&
  ctimeMs === earlier.changed &&
  isSettled(earlier, earlier.read);

/** Whether a file was last changed so long before a moment that no change of that moment could hide behind its times. */
export const isSettled = ({ changed }: FileSnapshot, moment: number): boolean => changed < moment - coarsestClock;

function absentAsNull(error: unknown): null {
  if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
  throw error;
}

/**
 * Snapshots a file again: by its times where they prove that it is as it was, by its content otherwise.
 *
 * @returns null if the file no longer exists
 */
export async function refresh(path: string, earlier: FileSnapshot | undefined): Promise<FileSnapshot | null> {
  try {
    const stats = statSync(path);
    if (earlier !== undefined && isProven(stats, earlier)) return earlier;
    return snapshot(stats, await digestOfFile(path, stats.size));
  } catch (error) {
    return absentAsNull(error);
  }
}

/** As `refresh`, for files of code: there are hundreds, all of them small, and a promise costs more than a look. */
export function refreshNow(path: string, earlier: FileSnapshot | undefined): FileSnapshot | null {
  try {
    const stats = statSync(path);
    if (earlier !== undefined && isProven(stats, earlier)) return earlier;
    return snapshot(stats, sha256(readFileSync(path)));
  } catch (error) {
    return absentAsNull(error);
  }
}
