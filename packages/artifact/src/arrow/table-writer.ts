import { closeSync, openSync, writeSync } from 'node:fs';
import {
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint32,
  Uint8,
  Utf8,
  makeData,
  vectorFromArray,
  type Data,
} from 'apache-arrow';
import {
  type Column,
  type ColumnType,
  type ColumnValues,
  maximumBatchBytes,
  maximumBatchRows,
  rowBytes,
  spell,
} from './column.js';

/** Writes rows to an Arrow file as they come; memory stays at one batch whatever the number of rows. */
export interface TableWriter {
  /** Appends `count` rows; values are by column name, `[count]` or `[count, size]` row-major. */
  write(count: number, values: Readonly<Record<string, ColumnValues>>): void;
  /** Writes the footer and closes the file. */
  close(): void;
  /** Closes the file unfinished. */
  abort(): void;
}

/** Hands every chunk to the file at once instead of queueing it, so that a full disk throws where it happens. */
class DescriptorWriter extends RecordBatchFileWriter {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    super();
    this.#descriptor = descriptor;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (!this._started) return this;
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
    this._position += bytes.length;
    return this;
  }
}

/**
 * Opens an Arrow file for writing; `metadata` goes into its schema.
 *
 * @example
 * const writer = createTableWriter(path, [{ name: 'index', type: 'uint32', size: null }], new Map());
 */
export function createTableWriter(
  path: string,
  columns: readonly Column[],
  metadata: ReadonlyMap<string, string>,
): TableWriter {
  const fields = columns.map(({ name, type, size }) => new Field(name, arrowType(type, size), false));
  const schema = new Schema(fields, new Map(metadata));
  const descriptor = openSync(path, 'wx');
  const writer = new DescriptorWriter(descriptor);
  writer.reset(undefined, schema);
  const write = (count: number, values: Readonly<Record<string, ColumnValues>>): void => {
    for (const column of columns) checkLength(path, column, count, values[column.name]);
    const step = batchRows(columns, values);
    for (let start = 0; start < count; start += step) {
      const end = Math.min(count, start + step);
      const children = columns.map((column) => columnData(column, values[column.name]!, start, end));
      const data = makeData({ type: new Struct(fields), length: end - start, nullCount: 0, children });
      writer.write(new RecordBatch(schema, data));
    }
  };
  return {
    write,
    close() {
      try {
        writer.close();
      } finally {
        closeSync(descriptor);
      }
    },
    abort: () => closeSync(descriptor),
  };
}

/** Writes a whole table. */
export function writeTable(
  path: string,
  columns: readonly Column[],
  metadata: ReadonlyMap<string, string>,
  count: number,
  values: Readonly<Record<string, ColumnValues>>,
): void {
  const writer = createTableWriter(path, columns, metadata);
  try {
    writer.write(count, values);
  } catch (error) {
    writer.abort();
    throw error;
  }
  writer.close();
}

function arrowType(type: ColumnType, size: number | null): DataType {
  const inner = plainTypes[type]();
  return size === null ? inner : new FixedSizeList(size, new Field('item', inner, false));
}

const plainTypes = {
  uint8: () => new Uint8(),
  uint32: () => new Uint32(),
  int32: () => new Int32(),
  float32: () => new Float32(),
  utf8: () => new Utf8(),
};

function columnData(column: Column, values: ColumnValues, start: number, end: number): Data {
  const width = column.size ?? 1;
  const inner = plainData(column.type, values, start * width, end * width);
  if (column.size === null) return inner;
  const type = new FixedSizeList(column.size, new Field('item', inner.type, false));
  return makeData({ type, length: end - start, nullCount: 0, child: inner });
}

function plainData(type: ColumnType, values: ColumnValues, start: number, end: number): Data {
  const shape = { length: end - start, nullCount: 0 };
  if (isStrings(values)) return vectorFromArray(values.slice(start, end), new Utf8()).data[0]!;
  const data = values.subarray(start, end);
  if (data instanceof Uint8Array && type === 'uint8') return makeData({ ...shape, type: new Uint8(), data });
  if (data instanceof Uint32Array && type === 'uint32') return makeData({ ...shape, type: new Uint32(), data });
  if (data instanceof Int32Array && type === 'int32') return makeData({ ...shape, type: new Int32(), data });
  if (data instanceof Float32Array && type === 'float32') return makeData({ ...shape, type: new Float32(), data });
  throw new TypeError(`a column of ${type} cannot hold a ${data.constructor.name}`);
}

function isStrings(values: ColumnValues | undefined): values is readonly string[] {
  return Array.isArray(values);
}

function checkLength(path: string, column: Column, count: number, values: ColumnValues | undefined): void {
  const wanted = count * (column.size ?? 1);
  if (values?.length === wanted) return;
  const what = `${spell(column.type, column.size)} column '${column.name}'`;
  throw new RangeError(`${path}: ${what} of ${count} rows needs ${wanted} values, got ${values?.length ?? 'none'}`);
}

function batchRows(columns: readonly Column[], values: Readonly<Record<string, ColumnValues>>): number {
  let bytes = 0;
  for (const column of columns) {
    const strings = values[column.name];
    bytes += rowBytes(column) + (isStrings(strings) ? longest(strings) : 0);
  }
  // 1 KiB is left for the padding and the last offset of each column.
  const rows = Math.floor((maximumBatchBytes - 1024) / Math.max(1, bytes));
  return Math.max(1, Math.min(maximumBatchRows, rows));
}

function longest(strings: readonly string[]): number {
  let bytes = 0;
  for (const string of strings) bytes = Math.max(bytes, Buffer.byteLength(string));
  return bytes;
}
