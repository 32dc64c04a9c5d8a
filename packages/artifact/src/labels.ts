import { join } from 'node:path';
import { ArtifactError } from './artifact-error.js';
import type { Labels } from './contents.js';

const fileName = 'labels.arrow';
const kind = 'labels';

/** Writes labels or answers. */
export async function writeLabels(dir: string, labels: Labels): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  const { rows, classNames, source, origin, label, weight } = labels;
  checkRows(path, rows);
  const outside = label.find((one) => one < 0 || one >= classNames.length);
  if (outside !== undefined) throw new ArtifactError(path, `labels in 0..${classNames.length - 1}`, `${outside}`);
  const columns = [
    ...rowColumns(rows),
    { name: 'label', type: 'int32', size: null } as const,
    { name: 'weight', type: 'float32', size: null } as const,
  ];
  const metadata = new Map([
    ...rowMetadata(kind, rows),
    ['class_names', JSON.stringify(classNames)],
    ['source', source],
    ['origin', JSON.stringify(origin === null ? null : { split: origin.split, draw: origin.draw })],
  ]);
  writeTable(path, columns, metadata, rows.count, { ...rowValues(rows), label, weight });
}

/** Reads labels or answers. */
export async function readLabels(dir: string): Promise<Labels> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  return {
    rows: readRows(table),
    classNames: JSON.parse(table.text('class_names')) as string[],
    label: table.numbers('label', 'int32'),
    weight: table.numbers('weight', 'float32'),
    source: table.text('source') as Labels['source'],
    origin: JSON.parse(table.text('origin')) as Labels['origin'],
  };
}
