/** The value types that tables of artifacts are made of. */
export type NumberArray = Uint8Array | Uint32Array | Int32Array | Float32Array;
type NumberType = 'uint8' | 'uint32' | 'int32' | 'float32';
export type ColumnType = NumberType | 'utf8';

export interface NumberArrayConstructor<A extends NumberArray> {
  readonly name: string;
  new (length: number): A;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

/** A column of a table: plain, or a fixed-size list of `size` numbers a row. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly size: number | null;
}

export type ColumnValues = NumberArray | readonly string[];

/** Limits of one record batch; arrow-js reads very large single batches back as `undefined` (arrow-js#139). */
export const maximumBatchRows = 65_536;
export const maximumBatchBytes = 16 * 1024 * 1024;

const bytesOf: Readonly<Record<NumberType, number>> = { uint8: 1, uint32: 4, int32: 4, float32: 4 };

/** Bytes of one row of a column; of strings the offset only. */
export function rowBytes(column: Column): number {
  return column.type === 'utf8' ? 4 : bytesOf[column.type] * (column.size ?? 1);
}

/** How a column is spelled in messages: `float32[64]`, `uint32`. */
export function spell(type: string, size: number | null): string {
  return size === null ? type : `${type}[${size}]`;
}
