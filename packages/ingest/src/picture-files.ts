import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { StageInputError } from '@twoshot/stage';
import { isMissing } from './checked-file.js';

/** What a folder holds; paths are relative to it, with slashes, sorted. Hidden files and folders are not looked at. */
export interface FolderFiles {
  /** By their names; whether they can be read shows when they are. */
  readonly pictures: readonly string[];
  /** Pictures of formats that are not read. */
  readonly foreign: readonly string[];
  /** All other files. */
  readonly others: readonly string[];
  /** Folders without a picture in them or below. */
  readonly barren: readonly string[];
}

const extensions = new Set(['.jpg', '.jpeg', '.jfif', '.png', '.webp', '.gif', '.tif', '.tiff']);
export const pictureFormats = 'JPEG, PNG, WebP, GIF, TIFF';

/** What cameras, telephones and drawing programs write beside them. */
const foreignExtensions = new Set(
  '.heic .heif .avif .bmp .jxl .jp2 .svg .psd .ico .tga .ppm .pgm .raw .dng .cr2 .cr3 .nef .arw .orf .rw2'.split(' '),
);

/**
 * Lists the files of a folder and its sub-folders. Links are followed.
 *
 * @throws StageInputError `folder-missing`, `not-a-folder`, `folder-empty`
 */
export async function listFolder(folder: string): Promise<FolderFiles> {
  await checkFolder(folder);
  const found: Found = { pictures: [], foreign: [], others: [], barren: [] };
  await listInto(found, folder, '', new Set());
  for (const list of Object.values(found)) list.sort();
  const { pictures, foreign, others } = found;
  if (pictures.length > 0) return found;
  const names = [...foreign, ...others];
  const what = names.length === 0 ? 'nothing' : `only ${names.slice(0, 3).join(', ')}`;
  throw new StageInputError(
    'folder-empty',
    `no picture (${pictureFormats}) in ${folder}, found ${what}; put your pictures there, or set \`path\` to their folder`,
    { file: folder },
  );
}

type Found = { -readonly [K in keyof FolderFiles]: string[] };

/**
 * Adds what lies under `root`/`folder`.
 *
 * @param above real paths of the folders around it: a link to one of them would never end
 */
async function listInto(found: Found, root: string, folder: string, above: ReadonlySet<string>): Promise<void> {
  const real = await realpath(join(root, folder));
  if (above.has(real)) return;
  const around = new Set([...above, real]);
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const type = await typeOf(entry, join(root, file));
    if (type === 'file') listOf(found, entry.name).push(file);
    if (type !== 'folder') continue;
    const before = found.pictures.length;
    await listInto(found, root, file, around);
    if (found.pictures.length === before) found.barren.push(file);
  }
}

function listOf({ pictures, foreign, others }: Found, name: string): string[] {
  const extension = extname(name).toLowerCase();
  if (extensions.has(extension)) return pictures;
  return foreignExtensions.has(extension) ? foreign : others;
}

/** What an entry is, or leads to; sockets and pipes are neither. */
async function typeOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> {
  let seen: Pick<Dirent, 'isFile' | 'isDirectory'> = entry;
  if (entry.isSymbolicLink())
    try {
      seen = await stat(path);
    } catch {
      // A link to nothing is named with the files that cannot be read.
      return 'file';
    }
  if (seen.isDirectory()) return 'folder';
  return seen.isFile() ? 'file' : 'other';
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
