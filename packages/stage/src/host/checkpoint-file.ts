import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { readRegularFile } from '@twoshot/disk';
import type { Checkpoint } from '../checkpoint.js';

/**
 * A checkpoint in one file: 8 bytes of name and version, sha256 of all that follows, 4 bytes of header length
 * (little-endian), a JSON header, the values in its order, each at a multiple of 8 bytes.
 */
const magic = Buffer.from('2shot-c1');
const digestEnd = magic.length + 32;
const headerStart = digestEnd + 4;

/** Bytes that fit into a buffer of every Node. */
const largest = 2 ** 32 - 1;

interface Header {
  readonly step: number;
  readonly values: readonly { readonly name: string; readonly type: 'f32' | 'f64'; readonly length: number }[];
}

const widths = { f32: 4, f64: 8 } as const;

/** Bytes up to the next multiple of 8. */
const gap = (bytes: number): number => (8 - (bytes % 8)) % 8;

/** Writes a new file and flushes it to the disk. */
export async function writeCheckpoint(file: string, { step, values }: Checkpoint): Promise<void> {
  const header: Header = {
    step,
    values: Array.from(values, ([name, { length, BYTES_PER_ELEMENT: width }]) => ({
      name,
      type: width === widths.f32 ? 'f32' : 'f64',
      length,
    })),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const chunks: Uint8Array[] = [length, json, Buffer.alloc(gap(headerStart + json.length))];
  for (const { buffer, byteOffset, byteLength } of values.values())
    chunks.push(new Uint8Array(buffer, byteOffset, byteLength), Buffer.alloc(gap(byteLength)));
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const handle = await open(file, 'wx');
  try {
    for (const chunk of [magic, hash.digest(), ...chunks]) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Reads a file back; null where it is torn, changed, or of another version. */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const bytes = await readRegularFile(file, { limit: largest });
  if (bytes.length < headerStart || !bytes.subarray(0, magic.length).equals(magic)) return null;
  const digest = createHash('sha256').update(bytes.subarray(digestEnd)).digest();
  if (!bytes.subarray(magic.length, digestEnd).equals(digest)) return null;
  const headerEnd = headerStart + bytes.readUInt32LE(digestEnd);
  const { step, values } = JSON.parse(bytes.subarray(headerStart, headerEnd).toString()) as Header;
  const read = new Map<string, Float32Array | Float64Array>();
  let at = headerEnd + gap(headerEnd);
  for (const { name, type, length } of values) {
    const size = length * widths[type];
    const own = new Uint8Array(bytes.subarray(at, at + size)).buffer;
    read.set(name, type === 'f32' ? new Float32Array(own) : new Float64Array(own));
    at += size + gap(size);
  }
  return { step, values: read };
}
