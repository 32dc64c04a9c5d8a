import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { digestOf, sha256 } from '@twoshot/artifact/canonical-json';
import { systemCode } from '@twoshot/disk';

/** Digest of the names and contents of all files in a folder. */
export async function digestOfFolder(folder: string): Promise<string> {
  const digests: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      digests[relative(folder, path).split(sep).join('/')] = sha256(await readFile(path));
    }
  return digestOf(digests);
}

const shortest = 16;

/** Name of the folder of a bundle: the digest of its code, and that of its files as they run. */
export const bundleFolderName = (hash: string, content: string): string => `${hash}-${content.slice(0, shortest)}`;

/** Whether the files of a bundle are those that its folder is named after: no one was edited, cut off, or taken away. */
export async function isWholeBundle(file: string): Promise<boolean> {
  const folder = dirname(file);
  const [hash = ''] = basename(folder).split('-');
  try {
    if (!(await lstat(folder)).isDirectory()) return false;
    return basename(folder) === bundleFolderName(hash, await digestOfFolder(folder));
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return false;
  }
}
