import { type Files, positionsAmong, rowName, type Rows } from '@twoshot/artifact';

const named = 10;

/** One sentence on labelled images that the other labels contradict, with their files where these are known. */
export function doubtedWarning({
  doubted,
  rows,
  files,
  classNames,
}: {
  /** In the order of the rows. */
  readonly doubted: readonly { readonly given: number; readonly suggested: number }[];
  readonly rows: Rows;
  readonly files: Files | null;
  readonly classNames: readonly string[];
}): string {
  const found = files === null ? null : positionsAmong(rows, files.rows);
  const names = doubted.slice(0, named).map(({ given, suggested }, row) => {
    const at = found?.[row] ?? -1;
    const name = files === null || at < 0 ? rowName(rows, row) : files.file[at]!;
    return `${name} (${classNames[given]!}, looks like ${classNames[suggested]!})`;
  });
  const more = doubted.length > named ? ` and ${doubted.length - named} more` : '';
  const images = doubted.length === 1 ? 'image has a label' : 'images have labels';
  return `${doubted.length} ${images} that the others contradict. Check: ${names.join(', ')}${more}`;
}
