import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemCode, walkFolder, writeDurably } from '@twoshot/disk';
import { canonicalJson, digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import { readDerived, sealed } from '@twoshot/artifact/sealed-json';
import type { Declaration } from '@twoshot/stage';
import { refresh, type Snapshot } from '../files/snapshot.js';

/** Digest of a missing path, and of a folder without files: there is nothing to read in either. */
export const nothingThere = 'absent';

/** Absolute paths of the external params that are set, by param. */
export function externalPaths(
  declaration: Pick<Declaration, 'params'>,
  params: Readonly<Record<string, unknown>>,
  workspace: string,
): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(declaration.params).flatMap(([name, { external }]): [string, string | readonly string[]][] => {
      const value = params[name];
      if (!external) return [];
      if (typeof value === 'string') return [[name, resolve(workspace, value)]];
      return Array.isArray(value) ? [[name, value.map((path) => resolve(workspace, String(path)))]] : [];
    }),
  );
}

/** Digest of what an external param names; of several paths in their order. */
export const digestExternal = async (paths: string | readonly string[], cache: string): Promise<string> =>
  typeof paths === 'string'
    ? digestPath(paths, cache)
    : digestOf(await Promise.all(paths.map((path) => digestPath(path, cache))));

/** Errors for entries that exist but cannot be read. */
const denials = new Set(['EACCES', 'EPERM', 'ELOOP']);

/** Replaces the content of an unreadable file: the stage decides what that means. */
const unreadable = 'unreadable';

interface Listed {
  readonly files: readonly string[];
  /** Why an entry cannot be read, by its path relative to the folder: a stage reports what it ignores. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/** Of a folder: what a stage may see of it. Hidden files and stores are not inputs. */
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
 * @param cache folder for the cache of file digests
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
  const earlier = (readDerived(memo) ?? {}) as unknown as Snapshot;
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
      // Not cached: permissions of a parent folder may change without a trace at the file.
      contents[name] = unreadable;
      continue;
    }
    if (snapshot === null) continue;
    now[name] = snapshot;
    contents[name] = snapshot.sha256;
  }
  if (canonicalJson(now) !== canonicalJson(earlier)) await writeDurably(memo, sealed(now));
  if (!folder) return contents['']!;
  return Object.keys(contents).length === 0 ? nothingThere : digestOf(contents);
}
