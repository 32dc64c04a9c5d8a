import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '@twoshot/artifact/canonical-json';
import { systemCode, writeDurably } from '@twoshot/disk';

/** Folder under a workspace for what is known about its files; all of it can be made again. */
export const cacheOf = (workspace: string): string => join(workspace, 'node_modules', '.cache', 'twoshot');

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
