import { answerName, csvName, csvPath, type Files } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

export interface SubmissionRow {
  /** Row of the source file. */
  readonly index: number;
  readonly label: number;
  /** Whether the answer is none of the classes. */
  readonly none: boolean;
  /** 0..1 */
  readonly confidence: number;
}

/** `id,label`: row of the test file from 0 and class number, in the order given, LF. */
export function competitionCsv(rows: readonly SubmissionRow[]): string {
  return `id,label\n${rows.map(({ index, label }) => `${index},${label}\n`).join('')}`;
}

/**
 * `file,label,confidence`, sorted by file name, LF; the label of a row of no class is `none of these`. Fields are quoted where RFC 4180 requires it, and none is a formula to
 * a spreadsheet.
 *
 * @throws StageInputError `file-unknown` for a row of the set that no file is known of
 */
export function ownImagesCsv(
  rows: readonly SubmissionRow[],
  set: string,
  files: Files,
  classNames: readonly string[],
): string {
  const fileOf = filesOf(set, files);
  const lines = rows
    .map((row) => ({ file: fileOf(row.index), name: answerName(row, classNames), confidence: row.confidence }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  return `file,label,confidence\n${lines.map(({ file, name, confidence }) => `${csvPath(file)},${csvName(name)},${confidence.toFixed(4)}\n`).join('')}`;
}

function filesOf(set: string, { rows, file }: Files): (index: number) => string {
  const own = rows.sets.indexOf(set);
  const known = new Map<number, string>();
  for (const [row, name] of file.entries()) if (rows.set[row] === own) known.set(rows.index[row]!, name);
  return (index) => {
    const name = known.get(index);
    if (name !== undefined) return name;
    const message = `no file is known of ${set} ${index}; wire \`files\` to the stage that read the images of the predictions`;
    throw new StageInputError('file-unknown', message);
  };
}
