import { join } from 'node:path';
import type { Predictions } from './contents.js';
import { aNumber, aString, listOf, oneOf } from './json-shape.js';
import { checkNone } from './none-of-these.js';

const fileName = 'predictions.arrow';
const kind = 'predictions';

export async function writePredictions(dir: string, predictions: Predictions): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  const { rows, classNames, scale, values, none } = predictions;
  checkRows(path, rows);
  checkNone(path, predictions);
  const columns = [
    ...rowColumns(rows),
    { name: 'values', type: 'float32', size: classNames.length } as const,
    ...(none === undefined ? [] : [{ name: 'none', type: 'float32', size: null } as const]),
  ];
  const metadata = new Map([
    ...rowMetadata(kind, rows),
    ['class_names', JSON.stringify(classNames)],
    ['scale', JSON.stringify(scale)],
    ...(none === undefined ? [] : [['none_threshold', JSON.stringify(none.threshold)] as const]),
  ]);
  const ofNone = none === undefined ? {} : { none: none.probability };
  writeTable(path, columns, metadata, rows.count, { ...rowValues(rows), values, ...ofNone });
}

export async function readPredictions(dir: string): Promise<Predictions> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const classNames = table.json('class_names', listOf(aString));
  const predictions: Predictions = {
    rows: readRows(table),
    classNames,
    scale: table.json('scale', oneOf('logits', 'probabilities', 'scores')),
    values: table.numbers('values', Float32Array, classNames.length),
    ...(table.has('none') && {
      none: { probability: table.numbers('none', Float32Array), threshold: table.json('none_threshold', aNumber) },
    }),
  };
  checkNone(table.file, predictions);
  return predictions;
}
