import { join } from 'node:path';
import type { Subset } from './contents.js';
import { aString } from './json-shape.js';

const fileName = 'subset.arrow';
const kind = 'subset';

export async function writeSubset(dir: string, { rows, reason }: Subset): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  checkRows(path, rows);
  const metadata = new Map([...rowMetadata(kind, rows), ['reason', JSON.stringify(reason)]]);
  writeTable(path, rowColumns(rows), metadata, rows.count, rowValues(rows));
}

export async function readSubset(dir: string): Promise<Subset> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  return { rows: readRows(table), reason: table.json('reason', aString) };
}
