import { textWidth } from './width.js';

const padded = (cell: string, width: number): string => cell + ' '.repeat(width - textWidth(cell));

/**
 * Rows of cells as lines whose columns are aligned on a terminal, where e.g. a Chinese character is two columns wide;
 * the last column keeps its length.
 *
 * @param indent stands before every line
 */
export function columns(rows: readonly (readonly string[])[], indent = ''): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => textWidth(row[at] ?? ''))));
  return rows.map((row) => {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : padded(cell, widths[at]!)));
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}
