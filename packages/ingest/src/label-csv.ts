import { StageInputError } from '@twoshot/stage';
import { type Cell, readCsvCells } from './csv-cells.js';
import { checkClassName } from './class-name.js';

/** A line of a label file. */
export interface LabelLine {
  /** Path relative to the folder of the images, with slashes. */
  readonly file: string;
  /** Class name; empty for an image that is listed without a label. */
  readonly label: string;
  readonly line: number;
}

export interface LabelFile {
  readonly lines: readonly LabelLine[];
  /** Names of the columns that are neither file nor label. */
  readonly ignored: readonly string[];
}

/** Headers of the two columns, in order of preference. */
const fileHeaders = ['file', 'filename', 'file name', 'image', 'path'];
const labelHeaders = ['label', 'class', 'category'];

/**
 * Reads a label file: CSV with a column of files and one of labels, in any order, beside others.
 *
 * @throws StageInputError with line and column: `csv-header`, `csv-columns`, `label-twice`, `class-name`, those of the CSV
 */
export function parseLabelCsv(path: string, bytes: Uint8Array): LabelFile {
  const [header = [], ...body] = readCsvCells(path, bytes);
  const names = header.map(({ text }) =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, ' '),
  );
  const [fileAt, labelAt] = [columnOf(names, fileHeaders), columnOf(names, labelHeaders)];
  if (fileAt < 0 || labelAt < 0) {
    const found = header.length === 0 ? 'an empty file' : `'${header.map(({ text }) => text).join(',')}'`;
    const advice = header.length === 0 ? '' : '; write it as the first line, to name the columns';
    const message = `expected the header 'file,label', found ${found}${advice}`;
    throw new StageInputError('csv-header', message, { file: path, line: header[0]?.line ?? 1, column: 1 });
  }
  const known = new Map<string, LabelLine>();
  for (const cells of body) {
    checkColumns(path, header, cells);
    const [file, label] = [cells[fileAt]!, cells[labelAt]!];
    const line = { file: normalise(file.text), label: label.text.trim(), line: file.line };
    checkClassName(line.label, { file: path, line: label.line, column: label.column });
    const before = known.get(line.file);
    if (before === undefined) known.set(line.file, line);
    else if (before.label.normalize('NFC') !== line.label.normalize('NFC'))
      throw labelledTwice(path, file, before, line);
  }
  return {
    lines: [...known.values()],
    ignored: header.flatMap(({ text }, at) => (at === fileAt || at === labelAt ? [] : [text.trim()])),
  };
}

function columnOf(names: readonly string[], headers: readonly string[]): number {
  const header = headers.find((each) => names.includes(each));
  return header === undefined ? -1 : names.indexOf(header);
}

/** A row may end in empty cells; one that lacks a cell, or has more than the header names, is a mistake. */
function checkColumns(path: string, header: readonly Cell[], cells: readonly Cell[]): void {
  const stray = cells.slice(header.length).find(({ text }) => text.trim() !== '');
  if (stray === undefined && cells.length >= header.length) return;
  const { line, column } = stray ?? cells[0] ?? { line: 1, column: 1 };
  const which =
    stray === undefined ? '' : `: '${stray.text}' is an extra cell; put text that contains a comma in double quotes`;
  const expected = `${header.length} columns (${header.map(({ text }) => text.trim()).join(',')})`;
  throw new StageInputError('csv-columns', `expected ${expected}, found ${cells.length}${which}`, {
    file: path,
    line,
    column,
  });
}

function labelledTwice(path: string, { line, column }: Cell, before: LabelLine, again: LabelLine): StageInputError {
  const spell = ({ label, line: at }: LabelLine): string => `${label === '' ? 'no label' : `'${label}'`} in line ${at}`;
  const message = `'${again.file}' has ${spell(before)} and ${spell(again)}; keep one of the two lines`;
  return new StageInputError('label-twice', message, { file: path, line, column });
}

function normalise(file: string): string {
  return file
    .trim()
    .replaceAll('\\', '/')
    .replaceAll(/(?<!:)\/{2,}/g, '/')
    .replace(/^(\.\/)+/, '')
    .normalize('NFC');
}
