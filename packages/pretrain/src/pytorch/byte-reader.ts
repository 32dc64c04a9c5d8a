import { TorchFileError } from './torch-file-error.js';

/** Reads a file from front to back and never beyond its end. */
export class ByteReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** The next bytes, not copied. */
  take(count: number, what: string): Uint8Array {
    if (count > this.left) throw new TorchFileError(this.at, `${count} bytes of ${what}`, `the end after ${this.left}`);
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  uint8(what: string): number {
    return this.take(1, what)[0]!;
  }

  uint16(what: string): number {
    this.take(2, what);
    return this.#view.getUint16(this.at - 2, true);
  }

  uint32(what: string): number {
    this.take(4, what);
    return this.#view.getUint32(this.at - 4, true);
  }

  int32(what: string): number {
    this.take(4, what);
    return this.#view.getInt32(this.at - 4, true);
  }

  /** @throws TorchFileError where the number is negative, or larger than any file */
  count(what: string): number {
    this.take(8, what);
    const count = this.#view.getBigInt64(this.at - 8, true);
    if (count < 0n || count > BigInt(Number.MAX_SAFE_INTEGER))
      throw new TorchFileError(this.at - 8, `a number of ${what}`, String(count));
    return Number(count);
  }

  text(length: number, what: string): string {
    const bytes = this.take(length, what);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new TorchFileError(this.at - length, `${what} in UTF-8`, 'other bytes');
    }
  }

  /** Text up to the next line feed. */
  line(what: string, longest = 80): string {
    const end = this.#bytes.subarray(this.at, this.at + longest).indexOf(0x0a);
    if (end < 0) throw new TorchFileError(this.at, `a line of ${what}`, `none within ${longest} bytes`);
    const line = this.text(end, what);
    this.at++;
    return line;
  }
}
