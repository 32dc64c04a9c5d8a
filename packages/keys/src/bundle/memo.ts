import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeDurably } from '@twoshot/disk';
import { digestOf } from '@twoshot/artifact/canonical-json';
import type { Bundle, BuiltBundle } from './bundle.js';
import { refresh, type FileSnapshot, type Snapshot } from '../files/snapshot.js';

/** A bundle as it was last time, and the files that it came from. */
interface Memo {
  readonly bundle: Bundle;
  readonly sources: Snapshot;
}

/** Looks at every file once, however many stages have it in their bundle. */
export class FileWatch {
  readonly #seen = new Map<string, Promise<FileSnapshot | null>>();

  async look(path: string, earlier?: FileSnapshot): Promise<FileSnapshot | null> {
    const seen = this.#seen.get(path) ?? refresh(path, earlier);
    this.#seen.set(path, seen);
    return seen;
  }
}

async function readMemo(path: string): Promise<Memo | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Memo;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function sourcesNow(memo: Memo, watch: FileWatch): Promise<Snapshot | null> {
  const now: Record<string, FileSnapshot> = {};
  const entries = Object.entries(memo.sources);
  const looks = await Promise.all(entries.map(([path, earlier]) => watch.look(path, earlier)));
  for (const [at, [path, earlier]] of entries.entries()) {
    const seen = looks[at] ?? null;
    if (seen === null || seen.sha256 !== earlier.sha256) return null;
    now[path] = seen;
  }
  return now;
}

/**
 * Gives the bundle of last time while all files that it came from are the same, and builds it anew otherwise.
 *
 * @param identity everything else that the bundle depends on
 */
export async function remembered(
  cache: string,
  identity: Readonly<Record<string, string>>,
  watch: FileWatch,
  build: () => Promise<BuiltBundle>,
): Promise<Bundle> {
  const path = join(cache, 'memo', `${digestOf(identity)}.json`);
  const memo = await readMemo(path);
  if (memo !== null && existsSync(memo.bundle.file)) {
    const now = await sourcesNow(memo, watch);
    if (now !== null) {
      const moved = Object.entries(now).some(([file, snapshot]) => snapshot !== memo.sources[file]);
      if (moved) await writeDurably(path, JSON.stringify({ ...memo, sources: now }));
      return memo.bundle;
    }
  }
  const { sources, ...bundle } = await build();
  const snapshots: Record<string, FileSnapshot> = {};
  for (const file of sources) {
    const seen = await watch.look(file);
    if (seen !== null) snapshots[file] = seen;
  }
  await writeDurably(path, JSON.stringify({ bundle, sources: snapshots }));
  return bundle;
}
