import { type FileHandle, open } from 'node:fs/promises';
import { AsyncRecordBatchFileReader, DataType, RecordBatchReader, type Data, type RecordBatch } from 'apache-arrow';
import { ArtifactError, messageOf, systemCode } from '../artifact-error.js';
import { type NumberArrays, type NumberType, spell } from './column.js';

/** Some rows of an Arrow file: one batch, or all of them. */
export class Table {
  readonly count: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly #file: string;
  readonly #batches: readonly RecordBatch[];
  readonly #names: readonly string[];
  readonly #types: readonly DataType[];

  constructor(file: string, schema: RecordBatch['schema'], batches: readonly RecordBatch[]) {
    this.#file = file;
    this.#batches = batches;
    this.#names = schema.fields.map(({ name }) => name);
    this.#types = schema.fields.map(({ type }) => type);
    this.metadata = schema.metadata;
    this.count = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Numbers a row of a fixed-size list. */
  sizeOf(name: string): number {
    const type = this.#types[this.#position(name, 'list')];
    if (DataType.isFixedSizeList(type)) return type.listSize;
    throw new ArtifactError(this.#file, `column '${name}' to be a fixed-size list`, spellType(type));
  }

  /** Values of a number column, `[count]`, or `[count, size]` for a list; a view of the file's bytes where it can be. */
  numbers<T extends NumberType>(name: string, type: T, size: number | null = null): NumberArrays[T] {
    const parts = this.#parts(name, type, size).map((data) => {
      const inner = size === null ? data : data.children[0]!;
      const values = inner.values as NumberArrays[T];
      return values.subarray(0, data.length * (size ?? 1)) as NumberArrays[T];
    });
    if (parts.length === 1) return parts[0]!;
    const all = allocate(type, this.count * (size ?? 1));
    let offset = 0;
    for (const part of parts) {
      all.set(part, offset);
      offset += part.length;
    }
    return all;
  }

  strings(name: string): string[] {
    this.#parts(name, 'utf8', null);
    const position = this.#position(name, 'utf8');
    return this.#batches.flatMap((batch) => [...(batch.getChildAt(position) ?? [])] as string[]);
  }

  /** An entry of the schema's metadata. */
  text(key: string): string {
    const value = this.metadata.get(key);
    if (value !== undefined) return value;
    const keys = [...this.metadata.keys()].join(', ');
    throw new ArtifactError(this.#file, `metadata '${key}'`, keys === '' ? 'none' : keys);
  }

  #parts(name: string, type: string, size: number | null): Data[] {
    const position = this.#position(name, spell(type, size));
    const found = spellType(this.#types[position]!);
    if (found !== spell(type, size))
      throw new ArtifactError(this.#file, `column '${name}' of ${spell(type, size)}`, found);
    return this.#batches.map(({ data }) => {
      const part = data.children[position]!;
      if (part.nullCount > 0)
        throw new ArtifactError(this.#file, `column '${name}' without nulls`, `${part.nullCount}`);
      return part;
    });
  }

  #position(name: string, type: string): number {
    const position = this.#names.indexOf(name);
    if (position >= 0) return position;
    throw new ArtifactError(this.#file, `column '${name}' of ${type}`, `columns ${this.#names.join(', ')}`);
  }
}

/** Reads a whole table whose metadata says `kind`. */
export async function readTable(file: string, kind: string): Promise<Table> {
  return withBatches(file, async (schema, batches) => {
    checkKind(file, schema, kind);
    const all: RecordBatch[] = [];
    for await (const batch of batches) all.push(batch);
    return new Table(file, schema, all);
  });
}

/** Reads a table batch by batch; an empty table gives one empty batch, so that its metadata is seen. */
export async function* streamTable(file: string, kind: string): AsyncGenerator<Table, void, undefined> {
  const { handle, reader } = await openReader(file);
  try {
    checkKind(file, reader.schema, kind);
    let some = false;
    for await (const batch of batchesOf(file, reader)) {
      some = true;
      yield new Table(file, reader.schema, [batch]);
    }
    if (!some) yield new Table(file, reader.schema, []);
  } finally {
    await closeQuietly(handle);
  }
}

/** Opens an Arrow file, hands over its schema and its record batches one by one, and closes it. */
export async function withBatches<T>(
  file: string,
  use: (schema: RecordBatch['schema'], batches: AsyncIterable<RecordBatch>) => Promise<T>,
): Promise<T> {
  const { handle, reader } = await openReader(file);
  try {
    return await use(reader.schema, batchesOf(file, reader));
  } finally {
    await closeQuietly(handle);
  }
}

/** How an Arrow type is spelled in messages and digests. */
export function spellType(type: DataType | undefined): string {
  if (DataType.isFixedSizeList(type)) return spell(spellType(type.valueType), type.listSize);
  return String(type).toLowerCase();
}

const magic = 'ARROW1';
/** Magic with its padding, schema-less footer length and the magic at the end. */
const smallestFile = 8 + 4 + 6;

async function openReader(file: string): Promise<{ handle: FileHandle; reader: AsyncRecordBatchFileReader }> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new ArtifactError(file, 'an Arrow file', 'no such file');
    throw error;
  }
  try {
    await checkEnds(file, handle);
    const reader = await RecordBatchReader.from(handle);
    if (!(reader instanceof AsyncRecordBatchFileReader))
      throw new ArtifactError(file, 'an Arrow file', 'an Arrow stream');
    await reader.open();
    return { handle, reader };
  } catch (error) {
    await closeQuietly(handle);
    throw error instanceof ArtifactError ? error : new ArtifactError(file, 'an Arrow file', messageOf(error));
  }
}

async function* batchesOf(file: string, reader: AsyncRecordBatchFileReader): AsyncGenerator<RecordBatch> {
  for (let index = 0; index < reader.numRecordBatches; index++) {
    let batch: RecordBatch | null;
    try {
      batch = await reader.readRecordBatch(index);
    } catch (error) {
      throw new ArtifactError(file, `record batch ${index} of ${reader.numRecordBatches}`, messageOf(error));
    }
    if (batch === null) throw new ArtifactError(file, `record batch ${index} of ${reader.numRecordBatches}`, 'none');
    yield batch;
  }
}

async function checkEnds(file: string, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size < smallestFile) throw new ArtifactError(file, 'an Arrow file', `${size} bytes`);
  const head = Buffer.alloc(6);
  const tail = Buffer.alloc(10);
  await handle.read(head, 0, head.length, 0);
  await handle.read(tail, 0, tail.length, size - tail.length);
  if (head.toString('latin1') !== magic)
    throw new ArtifactError(file, `an Arrow file (starts with ${magic})`, JSON.stringify(head.toString('latin1')));
  const footer = tail.readInt32LE(0);
  if (tail.toString('latin1', 4) !== magic || footer <= 0 || footer > size - smallestFile)
    throw new ArtifactError(file, `a complete Arrow file (ends with ${magic})`, `a truncated one of ${size} bytes`);
}

function checkKind(file: string, schema: RecordBatch['schema'], kind: string): void {
  const found = schema.metadata.get('kind');
  if (found === kind) return;
  throw new ArtifactError(file, `a table of kind ${kind}`, found === undefined ? 'a foreign Arrow file' : found);
}

function allocate<T extends NumberType>(type: T, length: number): NumberArrays[T] {
  const make: { readonly [K in NumberType]: () => NumberArrays[K] } = {
    uint8: () => new Uint8Array(length),
    uint32: () => new Uint32Array(length),
    int32: () => new Int32Array(length),
    float32: () => new Float32Array(length),
  };
  return make[type]();
}

/** arrow-js closes the handle itself in some of its ends. */
async function closeQuietly(handle: FileHandle): Promise<void> {
  await handle.close().catch(() => undefined);
}
