import { join } from 'node:path';
import type { Features } from './contents.js';

const fileName = 'features.arrow';
const kind = 'features';

export async function writeFeatures(dir: string, features: Features): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  const { rows, dim, values } = features;
  checkRows(path, rows);
  const columns = [...rowColumns(rows), { name: 'values', type: 'float32', size: dim } as const];
  writeTable(path, columns, new Map(rowMetadata(kind, rows)), rows.count, { ...rowValues(rows), values });
}

export async function readFeatures(dir: string): Promise<Features> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const dim = table.sizeOf('values');
  return { rows: readRows(table), dim, values: table.numbers('values', Float32Array, dim) };
}
