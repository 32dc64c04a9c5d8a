import { isUtf8 } from 'node:buffer';
import { StageInputError } from '@twoshot/stage';
import { CsvError, parse } from 'csv-parse/sync';

/** A line of a label file. */
export interface LabelLine {
  /** Path relative to the folder of the images, with slashes. */
  readonly file: string;
  /** Class name; empty for an image that is listed without a label. */
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

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** Gives places of a text, from 1, for rising positions; lines end as they do for the parser. */
function placesOf(bytes: Buffer): (at: number) => { line: number; column: number } {
  let [seen, line, lineStart] = [0, 1, 0];
  return (at) => {
    for (; seen < at; seen++)
      if (bytes[seen] === lineFeed || (bytes[seen] === carriageReturn && bytes[seen + 1] !== lineFeed)) {
        line++;
        lineStart = seen + 1;
      }
    return { line, column: bytes.toString('utf8', lineStart, at).length + 1 };
  };
}

/** Rows that are not blank. */
function parseCsv(path: string, source: string): Cell[][] {
  const bytes = Buffer.from(source);
  const placeOf = placesOf(bytes);
  /** Where the cell that is read now begins. */
  let start = 0;
  const skipLineEnds = (): void => {
    while (bytes[start] === lineFeed || bytes[start] === carriageReturn) start++;
  };
  const rows: Cell[][] = [];
  try {
    parse(bytes, {
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      cast: (text, { index, bytes: end }) => {
        if (index === 0) {
          skipLineEnds();
          rows.push([]);
        }
        rows.at(-1)?.push({ text, ...placeOf(start) });
        // The delimiter; of two that end a line the second is skipped above.
        start = end + 1;
        return text;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    skipLineEnds();
    const open = error.code === 'CSV_QUOTE_NOT_CLOSED';
    const quoted = open ? '' : (/^\s*"(?:[^"]|"")*"/.exec(bytes.toString('utf8', start))?.[0] ?? '');
    const message = open
      ? 'a quote that is never closed; write "" for one inside quotes'
      : 'text after a closing quote; write "" for a quote inside quotes';
    const where = placeOf(start + Buffer.byteLength(quoted));
    throw new StageInputError('csv-quote', message, { file: path, ...where });
  }
  return rows.filter((row) => row.some(({ text }) => text.trim() !== ''));
}
