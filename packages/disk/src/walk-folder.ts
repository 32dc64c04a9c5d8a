import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './system-code.js';

/** An entry below a folder; `path` is relative to it, with slashes. */
export type FolderEntry =
  | { readonly type: 'file' | 'folder'; readonly path: string }
  | { readonly type: 'left-out' | 'hidden'; readonly path: string; readonly reason: string };

/** Folders and files that operating systems, network drives and archive programs add to folders of users. */
const leftovers =
  /^(\.|~\$|@eadir$|@tmp$|@recycle$|@recently-snapshot$|#recycle$|#snapshot$|\$recycle\.bin$|recycler$|lost\+found$|system volume information$|__macosx$|(eh)?thumbs(_vista)?\.db$|desktop\.ini$|icon\r$)/i;

/** Whether a name is that of a hidden file or of a leftover of an operating system. */
export const isLeftover = (name: string): boolean => leftovers.test(name);

/** Links may lead to one folder by many paths; maximum number that is read. */
const maxVisits = 8;

/** What a store has from the moment in which it is opened; its other folders come with the first result. */
const storeMarks = ['format.json', 'scratch', 'locks'];

/**
 * Lists the entries below a folder, with a reason for everything it skips: both the key of a stage and the stage itself
 * see a folder through this. Links are followed. Unreadable entries are skipped: a pipe, which would never end, a
 * folder without permissions, a broken link. Hidden files, leftovers of operating systems and stores of results are not
 * inputs: they come and go while a stage runs.
 *
 * @returns entries in the order of their paths
 * @throws where the folder itself cannot be listed
 */
export async function walkFolder(root: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  await walkInto(entries, root, '', new Set(), new Map());
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

async function walkInto(
  entries: FolderEntry[],
  root: string,
  folder: string,
  above: ReadonlySet<string>,
  visits: Map<string, number>,
): Promise<void> {
  const leaveOut = (path: string, reason: string): void => void entries.push({ type: 'left-out', path, reason });
  const hide = (path: string, reason: string): void => void entries.push({ type: 'hidden', path, reason });
  const here = join(root, folder);
  let names: Dirent<Buffer>[];
  let real: string;
  try {
    real = await realpath(here);
    names = await readdir(here, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (folder === '') throw error;
    return leaveOut(folder, faultOf(error));
  }
  if (above.has(real)) return leaveOut(folder, 'a link to a folder above it');
  const count = (visits.get(real) ?? 0) + 1;
  visits.set(real, count);
  if (count > maxVisits) return leaveOut(folder, `a folder that more than ${maxVisits} links lead to`);
  // Which of many paths are read must not depend on the file system.
  names.sort((a, b) => Buffer.compare(a.name, b.name));
  const texts = names.map(({ name }) => name.toString());
  if (folder !== '' && storeMarks.every((mark) => texts.includes(mark))) return hide(folder, 'a store of results');
  if (folder !== '') entries.push({ type: 'folder', path: folder });
  const around = new Set([...above, real]);
  for (const [at, entry] of names.entries()) {
    const name = texts[at] ?? '';
    const path = folder === '' ? name : `${folder}/${name}`;
    if (isLeftover(name)) hide(path, 'hidden, or a leftover of an operating system');
    else if (!isUtf8(entry.name)) leaveOut(path, 'a name that is not UTF-8; rename it');
    else {
      const type = await typeOf(entry, join(root, path));
      if (type === 'folder') await walkInto(entries, root, path, around, visits);
      else if (type === 'file') entries.push({ type, path });
      else leaveOut(path, type);
    }
  }
}

/** `file`, `folder`, or why it is neither. */
async function typeOf(entry: Dirent<Buffer>, path: string): Promise<string> {
  try {
    const seen = entry.isSymbolicLink() ? await stat(path) : entry;
    if (seen.isDirectory()) return 'folder';
    return seen.isFile() ? 'file' : 'a pipe, a socket or a device';
  } catch (error) {
    return faultOf(error);
  }
}

function faultOf(error: unknown): string {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'a broken link';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  if (code === 'ELOOP') return 'a link that leads to itself';
  return `it cannot be read (${code})`;
}
