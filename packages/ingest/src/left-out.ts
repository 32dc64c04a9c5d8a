import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderFiles } from './image-files.js';
import { imageFormats } from './image-formats.js';

/** Files that a warning names; the log names all. */
const named = 5;

export interface Tell {
  readonly log: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** An image that could not be read. */
export interface Broken {
  readonly file: string;
  readonly reason: string;
  /** More for the log, in the words of the decoder. */
  readonly detail: string;
}

function namesOf(texts: readonly string[]): string {
  const more = texts.length > named ? ` and ${texts.length - named} more, see the log` : '';
  return `${texts.slice(0, named).join(', ')}${more}`;
}

const spell = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/**
 * Names what is not taken: all of it in the log, what looks as if it were meant to be taken in a warning, too.
 *
 * @param foldersAreClasses there is no label file
 */
export function warnOfLeftOut(
  { foreign, barren, others, leftOut }: FolderFiles,
  foldersAreClasses: boolean,
  { warn, log }: Tell,
): void {
  for (const file of foreign) log(`left out ${file}: not ${imageFormats}`);
  if (foreign.length > 0)
    warn(
      `${spell(foreign.length, 'image is', 'images are')} left out, since only ${imageFormats} are read: ${namesOf(foreign)}; save them as one of these`,
    );
  for (const file of others) log(`left out ${file}: no ${imageFormats} by its content`);
  for (const { file, reason } of leftOut) log(`left out ${file}: ${reason}`);
  // What a link to a folder above leads to is read there.
  const unread = leftOut.filter(({ reason }) => !/^(hidden|a link to a folder above)/.test(reason));
  if (unread.length > 0)
    warn(
      `${spell(unread.length, 'entry is', 'entries are')} left out: ${namesOf(unread.map(({ file, reason }) => `${file} (${reason})`))}`,
    );
  const empty = foldersAreClasses ? barren.filter((folder) => !folder.includes('/')) : [];
  if (empty.length > 0)
    warn(`${spell(empty.length, 'folder', 'folders')} without an image and so no class: ${namesOf(empty)}`);
}

/** Broken images are left out, never silently: in the log, in a warning, and in `skipped.json` beside the images. */
export async function reportBroken(broken: readonly Broken[], dir: string, { log, warn }: Tell): Promise<void> {
  if (broken.length === 0) return;
  for (const { file, reason, detail } of broken)
    log(`left out ${file}: ${reason}${detail === '' ? '' : `: ${detail.trim().replaceAll(/\s*\n\s*/g, '; ')}`}`);
  const names = namesOf(broken.map(({ file, reason }) => `${file} (${reason})`));
  const one = 'image cannot be read and is';
  warn(`${spell(broken.length, one, 'images cannot be read and are')} left out: ${names}`);
  const skipped = broken.map(({ file, reason }) => ({ file, reason }));
  await writeFile(join(dir, 'skipped.json'), `${JSON.stringify(skipped, null, 2)}\n`);
}
