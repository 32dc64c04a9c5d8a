import { type Hash, createHash } from 'node:crypto';
import { type Data, DataType, Vector, vectorFromArray } from 'apache-arrow';
import { ArtifactError } from '../artifact-error.js';
import { spellType } from '../arrow/spell-type.js';

/** Takes the values of a column chunk by chunk; how they were cut into chunks does not show in the digest. */
export interface ColumnHash {
  update(chunk: Data): void;
  digest(): string;
}

/** The hash for columns of a type; columns that are dictionary-encoded hash as their plain values. */
export function columnHash(file: string, type: DataType): ColumnHash {
  if (DataType.isDictionary(type)) return dictionaryHash(file, type.dictionary);
  if (DataType.isFixedSizeList(type)) return fixedListHash(file, type.valueType);
  if (DataType.isList(type)) return listHash(file, type.valueType);
  if (DataType.isStruct(type))
    return structHash(
      file,
      type.children.map(({ type: inner }) => inner),
    );
  if (DataType.isInt(type) || DataType.isFloat(type)) return numberHash();
  if (DataType.isBool(type)) return booleanHash();
  if (DataType.isUtf8(type) || DataType.isBinary(type)) return bytesHash();
  throw new ArtifactError(
    file,
    'numbers, booleans, strings, bytes, lists and structs',
    `a column of ${spellType(type)}`,
  );
}

function numberHash(): ColumnHash {
  const values = createHash('sha256');
  const nulls = nullHash();
  return {
    update(chunk) {
      const bytes = fixedBytes(chunk);
      values.update(chunk.nullCount === 0 ? bytes : withoutNulls(chunk, bytes));
      nulls.update(chunk);
    },
    digest: () => combine(values.digest('hex'), nulls.digest()),
  };
}

function booleanHash(): ColumnHash {
  const values = createHash('sha256');
  const nulls = nullHash();
  return {
    update(chunk) {
      // One byte a value: bits would shift with the chunks.
      const bytes = Uint8Array.from(new Vector([chunk]), (value) => (value === true ? 1 : 0));
      values.update(bytes);
      nulls.update(chunk);
    },
    digest: () => combine(values.digest('hex'), nulls.digest()),
  };
}

function bytesHash(): ColumnHash {
  const lengths = createHash('sha256');
  const values = createHash('sha256');
  const nulls = nullHash();
  return {
    update(chunk) {
      const offsets = offsetsOf(chunk);
      const all = viewOf(chunk.values);
      lengths.update(viewOf(lengthsOf(chunk, offsets)));
      for (let row = 0; row < chunk.length; row++)
        if (chunk.getValid(row)) values.update(all.subarray(offsets[row], offsets[row + 1]));
      nulls.update(chunk);
    },
    digest: () => combine(lengths.digest('hex'), values.digest('hex'), nulls.digest()),
  };
}

function fixedListHash(file: string, inner: DataType): ColumnHash {
  const items = columnHash(file, inner);
  return {
    update(chunk) {
      refuseNulls(file, chunk);
      items.update(childOf(chunk, 0));
    },
    digest: () => items.digest(),
  };
}

function listHash(file: string, inner: DataType): ColumnHash {
  const lengths = createHash('sha256');
  const items = columnHash(file, inner);
  return {
    update(chunk) {
      refuseNulls(file, chunk);
      const offsets = offsetsOf(chunk);
      lengths.update(viewOf(lengthsOf(chunk, offsets)));
      const [start, end] = [offsets[0] ?? 0, offsets[chunk.length] ?? 0];
      items.update(childOf(chunk, 0).slice(start, end - start));
    },
    digest: () => combine(lengths.digest('hex'), items.digest()),
  };
}

function structHash(file: string, inner: readonly DataType[]): ColumnHash {
  const members = inner.map((type) => columnHash(file, type));
  return {
    update(chunk) {
      refuseNulls(file, chunk);
      for (const [at, member] of members.entries()) member.update(childOf(chunk, at));
    },
    digest: () => combine(...members.map((member) => member.digest())),
  };
}

function dictionaryHash(file: string, inner: DataType): ColumnHash {
  const plain = columnHash(file, inner);
  return {
    update(chunk) {
      for (const part of vectorFromArray([...new Vector([chunk])], inner).data) plain.update(part);
    },
    digest: () => plain.digest(),
  };
}

/** Rows that are null, by their number in the column. */
function nullHash(): ColumnHash {
  const hash: Hash = createHash('sha256');
  let start = 0;
  return {
    update(chunk) {
      if (chunk.nullCount > 0)
        for (let row = 0; row < chunk.length; row++) if (!chunk.getValid(row)) hash.update(`${start + row},`);
      start += chunk.length;
    },
    digest: () => hash.digest('hex'),
  };
}

function combine(...digests: readonly string[]): string {
  return createHash('sha256').update(digests.join(' ')).digest('hex');
}

/** Bytes of the values of a chunk of numbers; the buffers of Arrow are padded. */
function fixedBytes(chunk: Data): Uint8Array {
  const values: unknown = chunk.values;
  if (!ArrayBuffer.isView(values)) throw new TypeError('a chunk of numbers without values');
  const width = 'BYTES_PER_ELEMENT' in values ? Number(values.BYTES_PER_ELEMENT) : 1;
  return viewOf(values).subarray(0, chunk.length * width);
}

/** What stands in the place of a null is arbitrary. */
function withoutNulls(chunk: Data, bytes: Uint8Array): Uint8Array {
  const cleared = Uint8Array.from(bytes);
  const width = bytes.length / chunk.length;
  for (let row = 0; row < chunk.length; row++)
    if (!chunk.getValid(row)) cleared.fill(0, row * width, (row + 1) * width);
  return cleared;
}

function offsetsOf(chunk: Data): Int32Array {
  const offsets: unknown = chunk.valueOffsets;
  if (offsets instanceof Int32Array) return offsets;
  // A column without rows may come without offsets.
  return new Int32Array(chunk.length + 1);
}

function lengthsOf(chunk: Data, offsets: Int32Array): Uint32Array {
  return Uint32Array.from({ length: chunk.length }, (_, row) =>
    chunk.getValid(row) ? (offsets[row + 1] ?? 0) - (offsets[row] ?? 0) : 0,
  );
}

function viewOf(values: unknown): Uint8Array {
  if (!ArrayBuffer.isView(values)) return new Uint8Array(0);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function childOf(chunk: Data, at: number): Data {
  const child: Data | undefined = chunk.children[at];
  if (child === undefined) throw new TypeError('a list without values');
  return child;
}

function refuseNulls(file: string, chunk: Data): void {
  if (chunk.nullCount > 0) throw new ArtifactError(file, 'lists and structs without nulls', `${chunk.nullCount} nulls`);
}
