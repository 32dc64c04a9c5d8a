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
 * Reads a label file: CSV (RFC 4180) in UTF-8 with the header `file,label`; blank lines, CRLF and a byte order mark
 * are taken.
 *
 * @throws StageInputError with line and column: `not-utf8`, `csv-quote`, `csv-header`, `csv-columns`, `label-twice`
 */
export function parseLabelCsv(path: string, bytes: Uint8Array): LabelLine[] {
  const [header = [], ...body] = parseCsv(path, decode(path, bytes));
  const names = header.map(({ text }) => text.trim().toLowerCase());
  if (names[0] !== 'file' || names[1] !== 'label') {
    const found = header.length === 0 ? 'an empty file' : `'${header.map(({ text }) => text).join(',')}'`;
    const message = `expected the header 'file,label', found ${found}`;
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

function checkColumns(path: string, cells: readonly Cell[]): readonly [Cell, Cell] {
  const [file, label, stray] = cells;
  if (file !== undefined && label !== undefined && stray === undefined) return [file, label];
  const { line, column } = stray ?? file ?? { line: 1, column: 1 };
  const which = stray === undefined ? '' : `: '${stray.text}' is one too many`;
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
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  const decoded = new TextDecoder('utf-8').decode(bytes);
  const at = decoded.indexOf('\uFFFD');
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
          throw new StageInputError('csv-quote', 'a quote that is never closed', { file: path, ...start });
        if (source[at] === '"') at++;
        if (source[at] === '\n') {
          line++;
          lineStart = at + 1;
        }
        text += source[at];
      }
      at++;
    }
    while (at < source.length && source[at] !== ',' && source[at] !== '\n') text += source[at++];
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
