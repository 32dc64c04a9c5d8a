/** Where a table of a FlatBuffer and the offsets of its fields lie. */
interface FlatTable {
  readonly at: number;
  readonly fields: number;
  readonly fieldsEnd: number;
}

/** Some elements of a FlatBuffer, which all lie in it. */
interface FlatVector {
  readonly at: number;
  readonly length: number;
}

/**
 * Reads an untrusted FlatBuffer. An offset out of the bytes, or one that would be visited more often than there are
 * bytes, is a RangeError. https://flatbuffers.dev/internals/
 */
export class FlatBuffer {
  readonly view: DataView;
  #tables = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  root(): FlatTable {
    return this.#tableAt(this.view.getUint32(0, true));
  }

  /** Where the value of a field lies; null where it has its default. */
  field({ at, fields, fieldsEnd }: FlatTable, slot: number): number | null {
    const entry = fields + 4 + 2 * slot;
    const offset = entry + 2 > fieldsEnd ? 0 : this.view.getUint16(entry, true);
    return offset === 0 ? null : at + offset;
  }

  byte(table: FlatTable, slot: number): number {
    const at = this.field(table, slot);
    return at === null ? 0 : this.view.getUint8(at);
  }

  short(table: FlatTable, slot: number): number {
    const at = this.field(table, slot);
    return at === null ? 0 : this.view.getInt16(at, true);
  }

  /** A 64-bit count. */
  count(at: number | null): number {
    const value = at === null ? 0n : this.view.getBigInt64(at, true);
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`a count of ${value}`);
    return Number(value);
  }

  table(table: FlatTable, slot: number): FlatTable | null {
    const at = this.field(table, slot);
    return at === null ? null : this.#tableAt(at + this.view.getUint32(at, true));
  }

  /** @param width bytes of an element; 1 for a text */
  vector(table: FlatTable, slot: number, width: number): FlatVector {
    const field = this.field(table, slot);
    if (field === null) return { at: 0, length: 0 };
    const start = field + this.view.getUint32(field, true);
    const length = this.view.getUint32(start, true);
    if (start + 4 + length * width > this.view.byteLength)
      throw new RangeError(`${length} elements of ${width} bytes in ${this.view.byteLength}`);
    return { at: start + 4, length };
  }

  tables(table: FlatTable, slot: number): FlatTable[] {
    const { at, length } = this.vector(table, slot, 4);
    return Array.from({ length }, (_, index) => {
      const entry = at + 4 * index;
      return this.#tableAt(entry + this.view.getUint32(entry, true));
    });
  }

  #tableAt(at: number): FlatTable {
    this.#tables += 1;
    if (this.#tables > this.view.byteLength) throw new RangeError('nested tables');
    const fields = at - this.view.getInt32(at, true);
    const fieldsEnd = fields + this.view.getUint16(fields, true);
    if (fieldsEnd > this.view.byteLength) throw new RangeError('a truncated table');
    return { at, fields, fieldsEnd };
  }
}
