import { lstat, mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { systemCode } from './system-code.js';

/** Something else is in place of a folder: files below it would be written elsewhere, or nowhere. */
export class MisplacedError extends Error {
  override readonly name = 'MisplacedError';
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(`${path} is ${found} instead of a folder`);
    this.path = path;
    this.found = found;
  }
}

/** What exists at a path; null if nothing. Links are not followed. */
async function foundAt(path: string): Promise<'a folder' | 'a link' | 'a file' | null> {
  try {
    const found = await lstat(path);
    return found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'a file';
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

const levels = (root: string, path: string): string[] => {
  const names = relative(root, path).split(sep);
  return names.map((_, at) => join(root, ...names.slice(0, at + 1)));
};

/**
 * Creates a folder below an existing one, level by level: none of them may be a link, which would lead out of `root`,
 * and `root` is not recreated if it was moved away.
 *
 * @throws MisplacedError where a level is not a folder
 */
export async function makeFolderIn(root: string, path: string): Promise<void> {
  for (const level of levels(root, path)) {
    let found = await foundAt(level);
    if (found === null) {
      try {
        await mkdir(level);
        continue;
      } catch (error) {
        // Another process may have created it meanwhile.
        if (systemCode(error) !== 'EEXIST') throw error;
        found = await foundAt(level);
      }
    }
    if (found !== 'a folder') throw new MisplacedError(level, found ?? 'gone');
  }
}

/**
 * Whether a path below a folder is a folder, and so is every level between them: what is deleted in it is below `root`.
 *
 * @throws MisplacedError where a level is something else
 */
export async function isFolderIn(root: string, path: string): Promise<boolean> {
  for (const level of levels(root, path)) {
    const found = await foundAt(level);
    if (found === null) return false;
    if (found !== 'a folder') throw new MisplacedError(level, found);
  }
  return true;
}
