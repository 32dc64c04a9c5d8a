import { isUtf8 } from 'node:buffer';
import { StageInputError } from '@twoshot/stage';

/** A line of a label file. */
export interface LabelLine {
  /** Path relative to the folder of the pictures, with slashes. */
  readonly file: string;
  /** Class name; empty for a picture that is listed without a label. */
  readonly label: string;
  readonly line: number;
}

interface Cell {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * Reads a label file: CSV (RFC 4180) in UTF-8 with the header `file,label`; blank lines, any line ends and a byte order mark
 * are taken.
 *
 * @throws StageInputError with line and column: `not-utf8`, `csv-quote`, `csv-header`, `csv-columns`, `label-twice`
 */
export function parseLabelCsv(path: string, bytes: Uint8Array): LabelLine[] {
  const [header = [], ...body] = parseCsv(path, decode(path, bytes));
  const names = header.map(({ text }) => text.trim().toLowerCase());
  if (names[0] !== 'file' || names[1] !== 'label') {
    const found = header.length === 0 ? 'an empty file' : `'${header.map(({ text }) => text).join(',')}'`;
    const message = `expected the header 'file,label', found ${found}${adviceOn(header)}`;
    throw new StageInputError('csv-header', message, { file: path, line: header[0]?.line ?? 1, column: 1 });
  }
  checkColumns(path, header);
  const lines = new Map<string, number>();
  return body.map((cells) => {
    const [file, label] = checkColumns(path, cells);
    const name = normalise(file.text);
    const before = lines.get(name);
    if (before !== undefined)
      throw new StageInputError('label-twice', `'${name}' stands in line ${before} already`, {
        file: path,
        line: file.line,
        column: file.column,
      });
    lines.set(name, file.line);
    return { file: name, label: label.text.trim(), line: file.line };
  });
}

/** What to do about a first line that is no header. */
function adviceOn([first, second]: readonly Cell[]): string {
  if (first === undefined) return '';
  const separator = second === undefined ? /[;\t|]/.exec(first.text)?.[0] : undefined;
  if (separator !== undefined)
    return `; separate the columns by commas instead of ${separator === '\t' ? 'tabs' : `'${separator}'`}`;
  return '; write it as the first line, the file first and its label second';
}

function checkColumns(path: string, cells: readonly Cell[]): readonly [Cell, Cell] {
  const [file, label, stray] = cells;
  if (file !== undefined && label !== undefined && stray === undefined) return [file, label];
  const { line, column } = stray ?? file ?? { line: 1, column: 1 };
  const which =
    stray === undefined ? '' : `: '${stray.text}' is one too many; put text with a comma in it between double quotes`;
  const message = `expected 2 columns (file,label), found ${cells.length}${which}`;
  throw new StageInputError('csv-columns', message, { file: path, line, column });
}

function normalise(file: string): string {
  return file
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .normalize('NFC');
}

function decode(path: string, bytes: Uint8Array): string {
  const decoded = new TextDecoder('utf-8').decode(bytes);
  // Zero bytes are valid UTF-8, but mean UTF-16 without a mark, or no text at all.
  if (isUtf8(bytes) && !bytes.includes(0)) return decoded;
  const at = decoded.search(/[\uFFFD\0]/);
  const before = decoded.slice(0, at).split('\n');
  const where = { file: path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const byte = bytes[Buffer.byteLength(decoded.slice(0, at)) + (hasMark(bytes) ? 3 : 0)] ?? 0;
  const found = marked ? 'UTF-16' : `the byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  throw new StageInputError('not-utf8', `expected a file in UTF-8, found ${found}; save it as UTF-8`, where);
}

/** The decoder drops a byte order mark. */
function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

const afterQuote = /[ \t]*(?:[,\r\n]|$)/y;

/** A line feed, or a carriage return alone, as old programs write it. */
const endsLine = (source: string, at: number): boolean =>
  source[at] === '\n' || (source[at] === '\r' && at + 1 < source.length && source[at + 1] !== '\n');

/** Rows that are not blank. */
function parseCsv(path: string, source: string): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at < source.length) {
    const start = { line, column: at - lineStart + 1 };
    let text = '';
    if (source[at] === '"') {
      for (at++; source[at] !== '"' || source[at + 1] === '"'; at++) {
        if (at >= source.length)
          throw new StageInputError('csv-quote', 'a quote that is never closed; write "" for one inside quotes', {
            file: path,
            ...start,
          });
        if (source[at] === '"') at++;
        if (source[at] === '\n') {
          line++;
          lineStart = at + 1;
        }
        text += source[at];
      }
      at++;
      afterQuote.lastIndex = at;
      if (!afterQuote.test(source))
        throw new StageInputError('csv-quote', 'text after a closing quote; write "" for a quote inside quotes', {
          file: path,
          line,
          column: at - lineStart + 1,
        });
    }
    while (at < source.length && source[at] !== ',' && !endsLine(source, at)) text += source[at++];
    row.push({ text: text.replace(/\r$/, ''), ...start });
    if (source[at] === ',') {
      at++;
      // A comma at the very end stands before an empty last cell.
      if (at === source.length) row.push({ text: '', line, column: at - lineStart + 1 });
      continue;
    }
    at++;
    line++;
    lineStart = at;
    if (row.some((cell) => cell.text.trim() !== '')) rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
