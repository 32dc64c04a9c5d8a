import { DataType, type Data, type RecordBatch } from 'apache-arrow';
import { ArtifactError } from '../artifact-error.js';
import { parseJson } from '../json-document.js';
import type { Shape } from '../json-shape.js';
import { concatenate } from '../concatenate.js';
import { type NumberArray, type NumberArrayConstructor, spell } from './column.js';
import { openTable } from './open-table.js';
import { spellType } from './spell-type.js';

/** Some rows of an Arrow file: one batch, or all of them. */
export class Table {
  readonly file: string;
  readonly count: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly #batches: readonly RecordBatch[];
  readonly #names: readonly string[];
  readonly #types: readonly DataType[];

  constructor(file: string, schema: RecordBatch['schema'], batches: readonly RecordBatch[]) {
    this.file = file;
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
    if (DataType.isFixedSizeList(type) && type.listSize >= 0) return type.listSize;
    throw new ArtifactError(this.file, `column '${name}' to be a list of a fixed size`, spellType(type));
  }

  /** Values of a number column, `[count]`, or `[count, size]` for a list; a view of the file's bytes where it can be. */
  numbers<A extends NumberArray>(name: string, array: NumberArrayConstructor<A>, size: number | null = null): A {
    const type = array.name.replace('Array', '').toLowerCase();
    const parts = this.#parts(name, type, size).map((data) => {
      const inner: Data = size === null ? data : data.children[0]!;
      const values: unknown = inner.values;
      // Of a dictionary-encoded column these would be the places in the dictionary.
      if (DataType.isDictionary(inner.type) || !(values instanceof array))
        throw new ArtifactError(this.file, `values of ${type}`, 'others, or dictionary-encoded ones');
      return new array(values.buffer, values.byteOffset, data.length * (size ?? 1));
    });
    return parts.length === 1 ? parts[0]! : concatenate(parts, array);
  }

  strings(name: string): string[] {
    this.#parts(name, 'utf8', null);
    const position = this.#position(name, 'utf8');
    const strings: string[] = [];
    for (const batch of this.#batches)
      for (const value of batch.getChildAt(position) ?? []) if (typeof value === 'string') strings.push(value);
    return strings;
  }

  /** A JSON entry of the schema's metadata. */
  json<T>(key: string, shape: Shape<T>): T {
    return shape(parseJson(this.file, this.text(key)), { file: `${this.file} (metadata '${key}')`, path: '' });
  }

  /** A text entry of the schema's metadata. */
  text(key: string): string {
    const value = this.metadata.get(key);
    if (value !== undefined) return value;
    const keys = [...this.metadata.keys()].join(', ');
    throw new ArtifactError(this.file, `metadata '${key}'`, keys === '' ? 'none' : keys);
  }

  #parts(name: string, type: string, size: number | null): Data[] {
    const position = this.#position(name, spell(type, size));
    const found = spellType(this.#types[position]);
    if (found !== spell(type, size))
      throw new ArtifactError(this.file, `column '${name}' of ${spell(type, size)}`, found);
    return this.#batches.map(({ data }) => {
      const part = data.children[position]!;
      if (part.nullCount > 0) throw new ArtifactError(this.file, `column '${name}' without nulls`, `${part.nullCount}`);
      return part;
    });
  }

  #position(name: string, type: string): number {
    const position = this.#names.indexOf(name);
    if (position >= 0) return position;
    throw new ArtifactError(this.file, `column '${name}' of ${type}`, `columns ${this.#names.join(', ')}`);
  }
}

/** Reads a whole table whose metadata says `kind`. */
export async function readTable(file: string, kind: string): Promise<Table> {
  const { schema, batches, close } = await openTable(file);
  try {
    checkKind(file, schema, kind);
    const all: RecordBatch[] = [];
    for await (const batch of batches) all.push(batch);
    return new Table(file, schema, all);
  } finally {
    await close();
  }
}

/** Reads a table batch by batch; an empty table gives one empty batch, so that its metadata is seen. */
export async function* streamTable(file: string, kind: string): AsyncGenerator<Table, void, undefined> {
  const { schema, batches, close } = await openTable(file);
  try {
    checkKind(file, schema, kind);
    let some = false;
    for await (const batch of batches) {
      some = true;
      yield new Table(file, schema, [batch]);
    }
    if (!some) yield new Table(file, schema, []);
  } finally {
    await close();
  }
}

function checkKind(file: string, schema: RecordBatch['schema'], kind: string): void {
  const found = schema.metadata.get('kind');
  if (found === kind) return;
  throw new ArtifactError(file, `a table of kind ${kind}`, found === undefined ? 'a foreign Arrow file' : found);
}
