import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import { ArtifactError } from '../artifact-error.js';
import { spellType } from './spell-type.js';

/**
 * Checks that the values of a batch are complete: one per row, with ascending offsets of strings and lists within what
 * they are cut from.
 *
 * @throws ArtifactError
 */
export function checkBatch(file: string, { data, numRows, schema }: RecordBatch): void {
  for (const [at, { name, type }] of schema.fields.entries()) {
    const column = data.children[at];
    if (column === undefined || column.length !== numRows)
      throw new ArtifactError(file, `${numRows} rows of column '${name}'`, `${column?.length ?? 'none'}`);
    if (!isWhole(column))
      throw new ArtifactError(file, `the values of column '${name}' of ${spellType(type)}`, 'fewer, or others');
  }
}

/** Bytes of a bitmap. */
const bitmap = (bits: number): number => Math.ceil(bits / 8);

function isWhole(data: Data): boolean {
  const { type, length, offset, nullCount, children } = data;
  const end = offset + length;
  if (nullCount > 0 && lengthOf(data.nullBitmap) < bitmap(length)) return false;
  // Where all is null, writers leave the rest out.
  if (DataType.isNull(type) || nullCount >= length) return true;
  if (DataType.isDictionary(type)) return indicesFit(data);
  if (DataType.isBool(type)) return lengthOf(data.values) >= bitmap(length);
  if (DataType.isUtf8(type) || DataType.isBinary(type)) return ascends(data, lengthOf(data.values));
  if (DataType.isList(type)) return ascends(data, children[0]?.length ?? -1) && children.every(isWhole);
  if (DataType.isFixedSizeList(type))
    return type.listSize >= 0 && (children[0]?.length ?? -1) >= end * type.listSize && children.every(isWhole);
  if (DataType.isStruct(type)) return children.every((child) => child.length >= end && isWhole(child));
  // Types that no artifact uses are refused on reading.
  return !(DataType.isInt(type) || DataType.isFloat(type)) || lengthOf(data.values) >= length;
}

const lengthOf = (values: unknown): number =>
  ArrayBuffer.isView(values) && 'length' in values && typeof values.length === 'number' ? values.length : 0;

/** Whether offsets ascend from at least 0 to at most `maximum`. */
function ascends({ valueOffsets, length }: Data, most: number): boolean {
  const offsets: unknown = valueOffsets;
  if (!(offsets instanceof Int32Array)) return length === 0;
  if (offsets.length < length + 1) return length === 0;
  let last = 0;
  for (let row = 0; row <= length; row++) {
    if (offsets[row]! < last) return false;
    last = offsets[row]!;
  }
  return last <= most;
}

function indicesFit(data: Data): boolean {
  const { length, dictionary } = data;
  const indices = data.values as ArrayLike<number | bigint>;
  if (lengthOf(indices) < length) return false;
  const most = dictionary?.length ?? 0;
  for (let row = 0; row < length; row++)
    if ((indices[row]! < 0 || indices[row]! >= most) && data.getValid(row)) return false;
  return dictionary?.data.every(isWhole) ?? true;
}
