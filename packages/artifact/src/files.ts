import { join } from 'node:path';
import { ArtifactError } from './artifact-error.js';
import type { Files } from './contents.js';
import { readDocument, writeDocument } from './json-document.js';
import { aString, inside, listOf, object, type Shape } from './json-shape.js';

const fileName = 'files.arrow';
const leftOutName = 'left-out.json';
const kind = 'files';

const aLeftOut: Shape<Files['leftOut'][number]> = (value, place) => {
  const { file, reason } = object(value, place);
  return { file: aString(file, inside(place, 'file')), reason: aString(reason, inside(place, 'reason')) };
};

export async function writeFiles(dir: string, { rows, file, leftOut }: Files): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  checkRows(path, rows);
  if (file.length !== rows.count) throw new ArtifactError(path, `${rows.count} files`, `${file.length}`);
  const columns = [...rowColumns(rows), { name: 'file', type: 'utf8', size: null } as const];
  const metadata = new Map(rowMetadata(kind, rows));
  writeTable(path, columns, metadata, rows.count, { ...rowValues(rows), file });
  await writeDocument(join(dir, leftOutName), leftOut);
}

export async function readFiles(dir: string): Promise<Files> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const leftOut = join(dir, leftOutName);
  return {
    rows: readRows(table),
    file: table.strings('file'),
    leftOut: listOf(aLeftOut)(await readDocument(leftOut), { file: leftOut, path: '' }),
  };
}
