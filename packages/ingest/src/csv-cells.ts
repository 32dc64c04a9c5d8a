import { isUtf8 } from 'node:buffer';
import { StageInputError } from '@twoshot/stage';
import { CsvError, parse } from 'csv-parse/sync';

export interface Cell {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Delimiters of programs; spreadsheets of many countries write semicolons. */
const delimiters = [',', ';', '\t', '|'];

/** Line that tells a spreadsheet the delimiter. */
const delimiterLine = /^sep=([,;\t|])(\r\n|\r|\n|$)/i;

/**
 * Reads a CSV file (RFC 4180) in UTF-8: rows that are not blank, each cell with its position. Commas, semicolons, tabs
 * or bars separate columns, any line end ends a row, a byte order mark is accepted.
 *
 * @throws StageInputError with line and column: `not-utf8`, `csv-quote`
 */
export function readCsvCells(path: string, bytes: Uint8Array): Cell[][] {
  const text = decode(path, bytes);
  const told = delimiterLine.exec(text)?.[1];
  const rows = parseCells(path, text, told ?? delimiterOf(text));
  return told === undefined ? rows : rows.slice(1);
}

/** The most frequent delimiter of the first line. */
function delimiterOf(text: string): string {
  const line = (/[^\r\n]+/.exec(text)?.[0] ?? '').replaceAll(/"(?:[^"]|"")*"/g, '');
  const count = (delimiter: string): number => line.split(delimiter).length;
  return delimiters.reduce((most, each) => (count(each) > count(most) ? each : most));
}

function decode(path: string, bytes: Uint8Array): string {
  const decoded = new TextDecoder('utf-8').decode(bytes);
  // Zero bytes are valid UTF-8, but mean UTF-16 without a mark, or not text.
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

function parseCells(path: string, source: string, delimiter: string): Cell[][] {
  const bytes = Buffer.from(source);
  const placeOf = placesOf(bytes);
  /** Start of the current cell. */
  let start = 0;
  const skipLineEnds = (): void => {
    while (bytes[start] === lineFeed || bytes[start] === carriageReturn) start++;
  };
  const rows: Cell[][] = [];
  try {
    parse(bytes, {
      delimiter,
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
