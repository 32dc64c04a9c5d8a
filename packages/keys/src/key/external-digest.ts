import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemCode, walkFolder, writeDurably } from '@twoshot/disk';
import { canonicalJson, digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import type { Declaration } from '@twoshot/stage';
import { refresh, type Snapshot } from '../files/snapshot.js';

/** Digest that stands for a path where nothing is. */
export const nothingThere = 'absent';

/** Absolute paths of the external params that name something, by param. */
export function externalPaths(
  declaration: Pick<Declaration, 'params'>,
  params: Readonly<Record<string, unknown>>,
  workspace: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(declaration.params).flatMap(([name, { external }]) => {
      const value = params[name];
      return external && typeof value === 'string' ? [[name, resolve(workspace, value)]] : [];
    }),
  );
}

async function readSnapshot(path: string): Promise<Snapshot> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Snapshot;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Errors of what is there, but cannot be read. */
const denials = new Set(['EACCES', 'EPERM', 'ELOOP']);

/** Stands for the content of a file that cannot be read: what that means is for the stage to say. */
const unreadable = 'unreadable';

interface Listed {
  readonly files: readonly string[];
  /** Why an entry cannot be read, by its path relative to the folder: a stage tells what it leaves out. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/** Of a folder: what a stage may see of it. Hidden files and stores are no input. */
async function listFolder(folder: string): Promise<Listed> {
  const files: string[] = [];
  const leftOut: Record<string, string> = {};
  for (const entry of await walkFolder(folder))
    if (entry.type === 'file') files.push(join(folder, entry.path));
    else if (entry.type === 'left-out') leftOut[entry.path] = `left out: ${entry.reason}`;
  return { files, leftOut };
}

/**
 * Digest of a file's content, or of the names and contents of all files in a folder, and never of the path itself.
 * Files whose times have not changed since the last call are not read again.
 *
 * @param cache folder for what is known about files
 */
export async function digestPath(path: string, cache: string): Promise<string> {
  let folder: boolean;
  try {
    folder = (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return nothingThere;
    throw error;
  }
  const memo = join(cache, 'external', `${sha256(path)}.json`);
  const earlier = await readSnapshot(memo);
  const now: Record<string, Snapshot[string]> = {};
  const { files, leftOut }: Listed = folder ? await listFolder(path) : { files: [path], leftOut: {} };
  const contents: Record<string, string> = { ...leftOut };
  for (const file of files) {
    const name = file.slice(path.length + 1).replaceAll('\\', '/');
    let snapshot: Snapshot[string] | null;
    try {
      snapshot = await refresh(file, earlier[name]);
    } catch (error) {
      if (!folder || !denials.has(systemCode(error))) throw error;
      // Not remembered: rights of a folder above it may change without a trace at the file.
      contents[name] = unreadable;
      continue;
    }
    if (snapshot === null) continue;
    now[name] = snapshot;
    contents[name] = snapshot.sha256;
  }
  if (canonicalJson(now) !== canonicalJson(earlier)) await writeDurably(memo, JSON.stringify(now));
  return folder ? digestOf(contents) : contents['']!;
}
