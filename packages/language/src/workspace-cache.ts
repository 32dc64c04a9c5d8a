import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { cacheFolder, systemCode, writeDurably } from '@twoshot/disk';

/**
 * Folder for what is known about the files of a workspace; all of it can be made again. It lies in the workspace, or for a
 * workspace that only another user may write to, in the cache of this one.
 */
export function cacheOf(workspace: string): string {
  const own = join(workspace, 'node_modules', '.cache', 'twoshot');
  return isWritable(own) ? own : join(cacheFolder(), 'workspaces', digestOf(workspace).slice(0, 16));
}

/** Whether something can be written in a folder, which need not be there yet. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    return systemCode(error) === 'ENOENT' && dirname(folder) !== folder && isWritable(dirname(folder));
  }
}

/**
 * Gives what was made of `from` last time, and makes it otherwise. Where nothing can be kept, as in a workspace that
 * may only be read, it is made each time.
 *
 * @param name of a folder in the cache
 * @param from everything that the value depends on, the version of its form included
 */
export async function cached<T>(cache: string, name: string, from: unknown, make: () => Promise<T>): Promise<T> {
  const file = join(cache, name, `${digestOf(from)}.json`);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError) && systemCode(error) === '') throw error;
  }
  const value = await make();
  await writeDurably(file, JSON.stringify(value)).catch((error: unknown) => {
    if (systemCode(error) === '') throw error;
  });
  return value;
}
