import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/** A file inside a ZIP archive. */
export interface ZipMember {
  readonly path: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
  readonly deflated: boolean;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/**
 * Unpacks the wanted members of a ZIP archive (a wheel is one) below a folder.
 *
 * @param onBytes called with the number of unpacked bytes since the last call
 * @throws Error when the archive is damaged, encrypted, or larger than 4 GiB (ZIP64)
 */
export async function unzip(
  archive: string,
  folder: string,
  wants: (path: string) => boolean,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  const file = await open(archive, 'r');
  try {
    const made = new Set<string>();
    for (const member of await listMembers(file)) {
      if (member.path.endsWith('/') || !wants(member.path)) continue;
      const target = join(folder, member.path);
      if (!target.startsWith(folder)) throw new Error(`${archive} holds the path ${member.path}`);
      if (!made.has(dirname(target))) {
        await mkdir(dirname(target), { recursive: true });
        made.add(dirname(target));
      }
      await extract(archive, file, member, target, onBytes);
    }
  } finally {
    await file.close();
  }
}

/** Reads the directory at the end of an archive. */
export async function listMembers(file: FileHandle): Promise<ZipMember[]> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error('not a ZIP archive, or a truncated one');
  const count = tail.readUInt16LE(end + 10);
  const start = tail.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff) throw new Error('ZIP64 archives are not supported');
  const directory = await readAt(file, start, tail.readUInt32LE(end + 12));
  const members: ZipMember[] = [];
  for (let at = 0, index = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the directory of the ZIP archive is damaged');
    const method = directory.readUInt16LE(at + 10);
    const nameLength = directory.readUInt16LE(at + 28);
    const path = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if (method !== 0 && method !== 8) throw new Error(`${path} is packed by the unknown method ${method}`);
    members.push({
      path,
      deflated: method === 8,
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

async function extract(
  archive: string,
  file: FileHandle,
  member: ZipMember,
  target: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const header = await readAt(file, member.offset, 30);
  if (header.readUInt32LE(0) !== LOCAL_HEADER) throw new Error(`the header of ${member.path} is damaged`);
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (member.compressedSize === 0) return (await open(target, 'w')).close();
  const packed = createReadStream(archive, { start, end: start + member.compressedSize - 1, highWaterMark: 1 << 20 });
  let written = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      written += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  }
  const output = createWriteStream(target);
  if (member.deflated) await pipeline(packed, createInflateRaw({ chunkSize: 1 << 18 }), counted, output);
  else await pipeline(packed, counted, output);
  if (written !== member.size) throw new Error(`${member.path} has ${written} bytes instead of ${member.size}`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error('the ZIP archive ends too early');
    filled += bytesRead;
  }
  return buffer;
}
