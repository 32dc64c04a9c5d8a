import { join } from 'node:path';
import { ArtifactError } from './artifact-error.js';
import type { Neighbours } from './contents.js';

const fileName = 'neighbours.arrow';
const referenceName = 'reference.arrow';
const kind = 'neighbours';
const referenceKind = 'reference';

/** Writes a graph as two tables: the rows with their neighbours, and the reference rows that positions refer to. */
export async function writeNeighbours(dir: string, neighbours: Neighbours): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const { rows, reference, k, position, similarity } = neighbours;
  const path = join(dir, fileName);
  const referencePath = join(dir, referenceName);
  checkRows(path, rows);
  checkRows(referencePath, reference);
  checkPositions(path, neighbours);
  const columns = [
    ...rowColumns(rows),
    { name: 'position', type: 'int32', size: k } as const,
    { name: 'similarity', type: 'float32', size: k } as const,
  ];
  const values = { ...rowValues(rows), position, similarity };
  writeTable(path, columns, new Map(rowMetadata(kind, rows)), rows.count, values);
  const metadata = new Map(rowMetadata(referenceKind, reference));
  writeTable(referencePath, rowColumns(reference), metadata, reference.count, rowValues(reference));
}

export async function readNeighbours(dir: string): Promise<Neighbours> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const reference = await readTable(join(dir, referenceName), referenceKind);
  const k = table.sizeOf('position');
  const neighbours: Neighbours = {
    rows: readRows(table),
    reference: readRows(reference),
    k,
    position: table.numbers('position', Int32Array, k),
    similarity: table.numbers('similarity', Float32Array, k),
  };
  checkPositions(table.file, neighbours);
  return neighbours;
}

function checkPositions(file: string, { reference, position }: Neighbours): void {
  const outside = position.find((one) => one < -1 || one >= reference.count);
  if (outside !== undefined) throw new ArtifactError(file, `positions in -1..${reference.count - 1}`, `${outside}`);
}
