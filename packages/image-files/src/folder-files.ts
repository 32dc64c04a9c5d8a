import { extname, join } from 'node:path';
import { walkFolder } from '@twoshot/disk';
import { readHead } from './image-fault.js';

/** Content of a folder, every file in one of the lists; paths are relative to it, with slashes, sorted. */
export interface FolderFiles {
  /** By their names or their first bytes; whether they can be decoded shows later. */
  readonly images: readonly string[];
  /** Images of unsupported formats. */
  readonly foreign: readonly string[];
  /** All other files. */
  readonly others: readonly string[];
  /** Folders without an image in them or below. */
  readonly barren: readonly string[];
  /** Unreadable entries, such as a pipe or a folder without permissions. */
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
  /** Hidden files, leftovers of operating systems and stores, which are not inputs. */
  readonly hidden: readonly { readonly file: string; readonly reason: string }[];
}

const extensions = new Set(['.jpg', '.jpeg', '.jfif', '.png', '.webp', '.gif', '.tif', '.tiff']);

/** Endings of files that cameras, telephones and drawing programs write besides images. */
const foreignExtensions = new Set(
  '.heic .heif .avif .bmp .jxl .jp2 .svg .psd .ico .tga .ppm .pgm .raw .dng .cr2 .cr3 .nef .arw .orf .rw2'.split(' '),
);

type Found = { -readonly [K in keyof FolderFiles]: FolderFiles[K][number][] };

/** Sorts what lies below a folder by what it is: by its ending, or else by its first bytes. Links are followed. */
export async function sortFiles(folder: string): Promise<FolderFiles> {
  const found: Found = { images: [], foreign: [], others: [], barren: [], leftOut: [], hidden: [] };
  const folders: string[] = [];
  for (const entry of await walkFolder(folder)) {
    if (entry.type === 'left-out') found.leftOut.push({ file: entry.path, reason: entry.reason });
    else if (entry.type === 'hidden') found.hidden.push({ file: entry.path, reason: entry.reason });
    else if (entry.type === 'folder') folders.push(entry.path);
    else found[await kindOfFile(join(folder, entry.path))].push(entry.path);
  }
  const occupied = new Set(found.images.flatMap(foldersAbove));
  found.barren.push(...folders.filter((each) => !occupied.has(each)));
  return found;
}

const foldersAbove = (file: string): string[] => {
  const steps = file.split('/').slice(0, -1);
  return steps.map((_, at) => steps.slice(0, at + 1).join('/'));
};

/** What a file is: one of `images`, of the unsupported `foreign` ones, or of the `others`. */
export async function kindOfFile(path: string): Promise<'images' | 'foreign' | 'others'> {
  const extension = extname(path).toLowerCase();
  if (extensions.has(extension)) return 'images';
  if (foreignExtensions.has(extension)) return 'foreign';
  return 'format' in (await readHead(path)) ? 'images' : 'others';
}
