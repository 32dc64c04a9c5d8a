export interface SubmissionRow {
  /** Row of the source file. */
  readonly index: number;
  readonly label: number;
  /** 0..1 */
  readonly confidence: number;
}

/** `id,label`: row of the test file from 0 and class number, in the order given, LF. */
export function competitionCsv(rows: readonly SubmissionRow[]): string {
  return `id,label\n${rows.map(({ index, label }) => `${index},${label}\n`).join('')}`;
}

/** `file,label,confidence`, sorted by file name, LF; fields are quoted where RFC 4180 asks for it. */
export function ownImagesCsv(
  rows: readonly SubmissionRow[],
  index: Uint32Array,
  files: readonly string[],
  classNames: readonly string[],
): string {
  const fileOf = new Map(Array.from(index, (at, position) => [at, files[position]!]));
  const lines = rows
    .map((row) => ({ file: fileOf.get(row.index)!, name: classNames[row.label]!, confidence: row.confidence }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  return `file,label,confidence\n${lines.map(({ file, name, confidence }) => `${field(file)},${field(name)},${confidence.toFixed(4)}\n`).join('')}`;
}

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
