import { join } from 'node:path';
import type { TableWriter } from './arrow/table-writer.js';
import { ArtifactError } from './artifact-error.js';
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

/** Features of some images of one set. */
export interface FeatureBatch {
  readonly set: string;
  /** [count], ascending in the set from batch to batch */
  readonly index: Uint32Array;
  /** [count, dim] */
  readonly values: Float32Array;
}

export interface FeatureWriter {
  /** Appends a batch, of the dimension of the first. */
  write(batch: FeatureBatch): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes features batch by batch, with memory that does not grow with the number of rows.
 *
 * @param sets image sets of the rows, in their order
 * @throws ArtifactError for a row twice
 */
export function createFeatureWriter(dir: string, sets: readonly string[], dim: number): FeatureWriter {
  const path = join(dir, fileName);
  const last = new Map<string, number>();
  const opened = openTable(path, sets, dim);
  // The failure is reported by the first write or by close.
  opened.catch(() => undefined);
  return {
    async write({ set, index, values }) {
      for (const one of index) {
        const before = last.get(set) ?? -1;
        if (one <= before) throw new ArtifactError(path, `an index of ${set} above ${before}`, `${one}`);
        last.set(set, one);
      }
      const place = new Uint8Array(index.length).fill(sets.indexOf(set));
      (await opened).write(index.length, { index, set: place, values });
    },
    async close() {
      (await opened).close();
    },
  };
}

async function openTable(path: string, sets: readonly string[], dim: number): Promise<TableWriter> {
  const { createTableWriter } = await import('./arrow/table-writer.js');
  const { rowColumns, rowMetadata } = await import('./arrow/rows-table.js');
  const none = { count: 0, sets, set: new Uint8Array(0), index: new Uint32Array(0), view: null };
  const columns = [...rowColumns(none), { name: 'values', type: 'float32', size: dim } as const];
  return createTableWriter(path, columns, new Map(rowMetadata(kind, none)));
}

export async function readFeatures(dir: string): Promise<Features> {
  const { readTable } = await import('./arrow/table-reader.js');
  const { readRows } = await import('./arrow/rows-table.js');
  const table = await readTable(join(dir, fileName), kind);
  const dim = table.sizeOf('values');
  return { rows: readRows(table), dim, values: table.numbers('values', Float32Array, dim) };
}
