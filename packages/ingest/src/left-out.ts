import { type FolderFiles, imageFormats } from '@twoshot/image-files';

/** Files that a warning names; the log names all. */
const named = 5;

export interface Tell {
  readonly log: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** A file of a folder that is not read, and why: the same words for all that are left out for one reason. */
export interface LeftOut {
  readonly file: string;
  readonly reason: string;
  /** More for the log, such as the words of the decoder. */
  readonly detail?: string;
}

export function namesOf(texts: readonly string[]): string {
  const more = texts.length > named ? ` and ${texts.length - named} more, see the log` : '';
  return `${texts.slice(0, named).join(', ')}${more}`;
}

export const spell = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What is left out before anything is decoded. */
export function leftOutByName({ foreign, others, leftOut }: FolderFiles, labelFiles: ReadonlySet<string>): LeftOut[] {
  return [
    ...foreign.map((file) => ({ file, reason: `not ${imageFormats}` })),
    ...others.flatMap((file) => (labelFiles.has(file) ? [] : [{ file, reason: `not ${imageFormats} by its content` }])),
    ...leftOut,
  ];
}

export function logLeftOut(files: readonly LeftOut[], log: Tell['log']): void {
  for (const { file, reason, detail = '' } of files)
    log(`left out ${file}: ${reason}${detail === '' ? '' : `: ${detail.trim().replaceAll(/\s*\n\s*/g, '; ')}`}`);
}

/**
 * Warns of files that are left out although they look like inputs.
 *
 * @param foldersAreClasses there is no label file
 */
export function warnOfLeftOut(
  { foreign, barren, leftOut }: FolderFiles,
  foldersAreClasses: boolean,
  warn: Tell['warn'],
): void {
  if (foreign.length > 0)
    warn(
      `${spell(foreign.length, 'image is', 'images are')} left out, since only ${imageFormats} are read: ${namesOf(foreign)}; save them as one of these`,
    );
  // The target of a link to a parent folder is read there.
  const unread = leftOut.filter(({ reason }) => !reason.startsWith('a link to a folder above'));
  if (unread.length > 0)
    warn(`${spell(unread.length, 'entry is', 'entries are')} left out: ${namesOf(unread.map(withReason))}`);
  const empty = foldersAreClasses ? barren.filter((folder) => !folder.includes('/')) : [];
  if (empty.length > 0)
    warn(`${spell(empty.length, 'folder', 'folders')} without an image and so no class: ${namesOf(empty)}`);
}

const withReason = ({ file, reason }: { readonly file: string; readonly reason: string }): string =>
  `${file} (${reason})`;

/** Images that cannot be read are left out, never silently. */
export function warnOfBroken(broken: readonly LeftOut[], warn: Tell['warn']): void {
  if (broken.length === 0) return;
  const names = namesOf(broken.map(withReason));
  const one = 'image cannot be read and is';
  warn(`${spell(broken.length, one, 'images cannot be read and are')} left out: ${names}`);
}
