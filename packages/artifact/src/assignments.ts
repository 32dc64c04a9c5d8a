import { join } from 'node:path';
import type { Column, ColumnValues } from './arrow/column.js';
import { ArtifactError } from './artifact-error.js';
import type { Assignments, Partition } from './contents.js';
import { type Shape, aBoolean, aCount, aNumber, aString, inside, listOf, nullable, object } from './json-shape.js';

const fileName = 'assignments.arrow';
const kind = 'assignments';

/** A partition without its rows, as it stands in the schema's metadata. */
interface PartitionEntry {
  readonly name: string;
  readonly clusters: number;
  readonly soft: boolean;
  readonly quality: number | null;
}

const aPartition: Shape<PartitionEntry> = (value, place) => {
  const { name, clusters, soft, quality } = object(value, place);
  return {
    name: aString(name, inside(place, 'name')),
    clusters: aCount(1)(clusters, inside(place, 'clusters')),
    soft: aBoolean(soft, inside(place, 'soft')),
    quality: nullable(aNumber)(quality, inside(place, 'quality')),
  };
};

/** Writes clusterings as columns `cluster_0`, `probabilities_0`, ... of one table. A quality of NaN is an unknown one. */
export async function writeAssignments(dir: string, { rows, partitions }: Assignments): Promise<void> {
  const { writeTable } = await import('./arrow/table-writer.js');
  const { checkRows, rowColumns, rowMetadata, rowValues } = await import('./arrow/rows-table.js');
  const path = join(dir, fileName);
  checkRows(path, rows);
  const columns: Column[] = rowColumns(rows);
  const values: Record<string, ColumnValues> = rowValues(rows);
  for (const [at, { cluster, clusters, probabilities }] of partitions.entries()) {
    checkClusters(path, cluster, clusters);
    columns.push({ name: `cluster_${at}`, type: 'int32', size: null });
    values[`cluster_${at}`] = cluster;
    if (probabilities === null) continue;
    columns.push({ name: `probabilities_${at}`, type: 'float32', size: clusters });
    values[`probabilities_${at}`] = probabilities;
  }
  const entries = partitions.map(({ name, clusters, probabilities, quality }): PartitionEntry => ({
    name,
    clusters,
    soft: probabilities !== null,
    quality: quality !== null && Number.isFinite(quality) ? quality : null,
  }));
  const metadata = new Map([...rowMetadata(kind, rows), ['partitions', JSON.stringify(entries)]]);
  writeTable(path, columns, metadata, rows.count, values);
}

export async function readAssignments(dir: string): Promise<Assignments> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const entries = table.json('partitions', listOf(aPartition));
  const partitions = entries.map(({ name, clusters, soft, quality }, at): Partition => {
    const cluster = table.numbers(`cluster_${at}`, Int32Array);
    checkClusters(table.file, cluster, clusters);
    const probabilities = soft ? table.numbers(`probabilities_${at}`, Float32Array, clusters) : null;
    return { name, clusters, cluster, probabilities, quality };
  });
  return { rows: readRows(table), partitions };
}

function checkClusters(file: string, cluster: Int32Array, clusters: number): void {
  const outside = cluster.find((one) => one < 0 || one >= clusters);
  if (outside !== undefined) throw new ArtifactError(file, `clusters in 0..${clusters - 1}`, `${outside}`);
}
