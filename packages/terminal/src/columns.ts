import { textWidth } from './width.js';

/** How wide a table may become. */
export interface Limits {
  /** Columns of the terminal; the last column of the table is wrapped to what is left, but not below `minimum`. */
  readonly width: number;
  /** Maximum widths of columns in order; null for as wide as its longest cell. */
  readonly columns: readonly (number | null)[];
}

/** Narrower, text is hard to read. */
const minimum = 30;

const padded = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - textWidth(cell)));

/**
 * Rows of cells as lines whose columns are aligned on a terminal, where e.g. a Chinese character is two columns wide;
 * the last column keeps its length.
 *
 * @param indent stands before every line
 * @param limits wraps cells at spaces; words keep their length. Without, each row is one line
 */
export function columns(rows: readonly (readonly string[])[], indent = '', limits: Limits | null = null): string[] {
  const wrapped = limits === null ? rows.map((row) => row.map((cell) => [cell])) : wrapCells(rows, indent, limits);
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => widest(wrapped.map((row) => row[at] ?? [])));
  return wrapped.flatMap((row) => {
    const height = Math.max(1, ...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) => {
      const cells = row.map((cell, at) => {
        const text = cell[line] ?? '';
        return at === row.length - 1 ? text : padded(text, widths[at]!);
      });
      return `${indent}${cells.join('  ')}`.trimEnd();
    });
  });
}

const widest = (cells: readonly (readonly string[])[]): number =>
  cells.reduce((most, lines) => lines.reduce((longest, line) => Math.max(longest, textWidth(line)), most), 0);

/** Every cell as its lines. */
function wrapCells(
  rows: readonly (readonly string[])[],
  indent: string,
  { width, columns: maxima }: Limits,
): string[][][] {
  const wrapped = rows.map((row) =>
    row.map((cell, at) => (at === row.length - 1 ? [cell] : wrap(cell, maxima[at] ?? Infinity))),
  );
  const last = Math.max(0, ...rows.map((row) => row.length - 1));
  const before = Array.from(
    { length: last },
    (_, at) => widest(wrapped.map((row) => (at < row.length - 1 ? row[at]! : []))) + 2,
  );
  const left = Math.max(minimum, width - indent.length - before.reduce((sum, each) => sum + each, 0));
  return wrapped.map((row) => row.map((lines, at) => (at === last ? wrap(lines[0]!, left) : lines)));
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
