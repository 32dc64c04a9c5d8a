import { join } from 'node:path';
import { ArtifactError } from './artifact-error.js';
import type { Labels } from './contents.js';
import { type Shape, aCount, aString, inside, listOf, nullable, object, oneOf } from './json-shape.js';

const fileName = 'labels.arrow';
const kind = 'labels';

/** @throws ArtifactError for a label of no class, and for a weight outside 0..1 */
function checkLabels(file: string, { classNames, label, weight }: Labels): void {
  const outside = label.find((one) => one < 0 || one >= classNames.length);
  if (outside !== undefined) throw new ArtifactError(file, `labels in 0..${classNames.length - 1}`, `${outside}`);
  const odd = weight.find((one) => !(one >= 0 && one <= 1));
  if (odd !== undefined) throw new ArtifactError(file, 'weights in 0..1', `${odd}`);
}

const anOrigin: Shape<{ split: number; draw: number }> = (value, place) => {
  const { split, draw } = object(value, place);
  return { split: aCount()(split, inside(place, 'split')), draw: aCount()(draw, inside(place, 'draw')) };
};

/** Writes labels or truth. */
export async function writeLabels(dir: string, labels: Labels): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  const { rows, classNames, source, origin, label, weight } = labels;
  checkRows(path, rows);
  checkLabels(path, labels);
  const columns = [
    ...rowColumns(rows),
    { name: 'label', type: 'int32', size: null } as const,
    { name: 'weight', type: 'float32', size: null } as const,
  ];
  const metadata = new Map([
    ...rowMetadata(kind, rows),
    ['class_names', JSON.stringify(classNames)],
    ['source', JSON.stringify(source)],
    ['origin', JSON.stringify(origin === null ? null : { split: origin.split, draw: origin.draw })],
  ]);
  writeTable(path, columns, metadata, rows.count, { ...rowValues(rows), label, weight });
}

/** Reads labels or truth. */
export async function readLabels(dir: string): Promise<Labels> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const labels: Labels = {
    rows: readRows(table),
    classNames: table.json('class_names', listOf(aString)),
    label: table.numbers('label', Int32Array),
    weight: table.numbers('weight', Float32Array),
    source: table.json('source', oneOf('given', 'pseudo', 'cluster')),
    origin: table.json('origin', nullable(anOrigin)),
  };
  checkLabels(table.file, labels);
  return labels;
}
