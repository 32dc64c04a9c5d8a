/**
 * Rows of cells as lines whose columns are aligned; the last column keeps its length.
 *
 * @param indent stands before every line
 */
export function columns(rows: readonly (readonly string[])[], indent = ''): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!)));
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}
