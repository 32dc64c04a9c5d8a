import { ArtifactError } from '../artifact-error.js';
import { aString, listOf } from '../json-shape.js';
import type { Rows } from '../rows.js';
import type { Column, ColumnValues } from './column.js';
import type { Table } from './table-reader.js';

/** Columns that identify the image of a row: `index`, `set` (a position in metadata `sets`) and `view`. */
export function rowColumns(rows: Rows): Column[] {
  return [
    { name: 'index', type: 'uint32', size: null },
    { name: 'set', type: 'uint8', size: null },
    ...(rows.view === null ? [] : [{ name: 'view', type: 'uint8', size: null } as const]),
  ];
}

export function rowValues(rows: Rows): Record<string, ColumnValues> {
  return { index: rows.index, set: rows.set, ...(rows.view === null ? {} : { view: rows.view }) };
}

export function rowMetadata(kind: string, rows: Rows): [string, string][] {
  return [
    ['kind', kind],
    ['sets', JSON.stringify(rows.sets)],
  ];
}

/** Fails unless every row is of one of the sets and (set, index, view) is unique. */
export function checkRows(file: string, rows: Rows): void {
  if (new Set(rows.sets).size < rows.sets.length) throw new ArtifactError(file, 'each set once', rows.sets.join(', '));
  if (ascends(rows)) return;
  const seen = new Set<number>();
  for (let row = 0; row < rows.count; row++) {
    const set = rows.set[row]!;
    const index = rows.index[row]!;
    const view = rows.view?.[row] ?? 0;
    if (set >= rows.sets.length)
      throw new ArtifactError(file, `a set below ${rows.sets.length} in row ${row}`, `${set}`);
    seen.add((index * 256 + set) * 256 + view);
    if (seen.size === row + 1) continue;
    const spelled = `${rows.sets[set]} ${index}${rows.view === null ? '' : ` view ${view}`}`;
    throw new ArtifactError(file, 'rows unique in (set, index, view)', `${spelled} again in row ${row}`);
  }
}

/** Whether the rows are in the order of (set, index, view), as most are: none can be there twice. */
function ascends({ count, sets, set, index, view }: Rows): boolean {
  for (let row = 1; row < count; row++) {
    const step =
      set[row]! - set[row - 1]! || index[row]! - index[row - 1]! || (view?.[row] ?? 0) - (view?.[row - 1] ?? 0);
    if (step <= 0) return false;
  }
  return count === 0 || set[count - 1]! < sets.length;
}

/**
 * Rows of a table that was written with the columns above.
 *
 * @throws ArtifactError for a duplicate row, or one of no set
 */
export function readRows(table: Table): Rows {
  const rows: Rows = {
    count: table.count,
    sets: table.json('sets', listOf(aString)),
    set: table.numbers('set', Uint8Array),
    index: table.numbers('index', Uint32Array),
    view: table.has('view') ? table.numbers('view', Uint8Array) : null,
  };
  checkRows(table.file, rows);
  return rows;
}
