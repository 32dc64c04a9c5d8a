import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { readDerived, sealed } from '@twoshot/artifact/sealed-json';
import { cacheFolder, systemCode, writeDurably } from '@twoshot/disk';

/**
 * Folder for data derived from the files of a workspace; all of it can be rebuilt. It is in the workspace, or for a
 * workspace that only another user may write to, in this user's cache.
 */
export function cacheOf(workspace: string): string {
  const own = join(workspace, 'node_modules', '.cache', 'twoshot');
  return isWritable(own) ? own : join(cacheFolder(), 'workspaces', digestOf(workspace).slice(0, 16));
}

/** Whether a folder, which need not exist yet, can be written to. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    return systemCode(error) === 'ENOENT' && dirname(folder) !== folder && isWritable(dirname(folder));
  }
}

/**
 * Returns what was derived from `from` last time, or derives it. Where nothing can be stored, as in a workspace that is
 * read-only, it is derived each time.
 *
 * @param name of a folder in the cache
 * @param from everything that the value depends on, including the version of its format
 */
export async function cached<T extends object>(
  cache: string,
  name: string,
  from: unknown,
  make: () => Promise<T>,
): Promise<T> {
  const file = join(cache, name, `${digestOf(from)}.json`);
  const earlier = readDerived(file);
  if (earlier !== null) return earlier as unknown as T;
  const value = await make();
  await writeDurably(file, sealed(value)).catch((error: unknown) => {
    if (systemCode(error) === '') throw error;
  });
  return value;
}
