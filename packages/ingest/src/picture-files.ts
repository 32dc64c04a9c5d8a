import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { StageInputError } from '@twoshot/stage';
import { isMissing } from './checked-file.js';

/** What a folder holds; paths are relative to it, with slashes, sorted. */
export interface FolderFiles {
  readonly pictures: readonly string[];
  /** Other files; hidden ones are not looked at. */
  readonly others: readonly string[];
}

const extensions = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff']);
export const pictureFormats = 'JPEG, PNG, WebP, GIF, TIFF';

/**
 * Lists the files of a folder and its sub-folders.
 *
 * @throws StageInputError `folder-missing`, `not-a-folder`, `folder-empty`
 */
export async function listFolder(folder: string): Promise<FolderFiles> {
  await checkFolder(folder);
  const pictures: string[] = [];
  const others: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path).split(sep).join('/');
    if (/(^|\/)\./.test(file)) continue;
    // Links to pictures are taken, links to folders are not followed.
    if (!entry.isFile() && !(entry.isSymbolicLink() && (await isFile(path)))) continue;
    (extensions.has(extname(entry.name).toLowerCase()) ? pictures : others).push(file);
  }
  if (pictures.length === 0) {
    const found = others.length === 0 ? 'nothing' : `only ${others.slice(0, 3).join(', ')}`;
    throw new StageInputError('folder-empty', `no picture (${pictureFormats}) in ${folder}, found ${found}`, {
      file: folder,
    });
  }
  return { pictures: pictures.sort(), others: others.sort() };
}

async function checkFolder(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new StageInputError('folder-missing', `the folder ${folder} is not there; set \`path\` to your pictures`, {
      file: folder,
    });
  }
  throw new StageInputError('not-a-folder', `${folder} is not a folder; set \`path\` to your pictures`, {
    file: folder,
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
