import { type FileHandle, open } from 'node:fs/promises';

/**
 * Takes files out of a tar stream (POSIX ustar): blocks of 512 bytes, a header block before each entry, content
 * padded to whole blocks.
 *
 * @param target gives the path to write an entry to, or null to skip it
 */
export async function extractTar(
  source: AsyncIterable<Uint8Array>,
  target: (name: string) => string | null,
): Promise<void> {
  const block = Buffer.alloc(blockBytes);
  let filled = 0;
  /** Bytes of content and of padding that are still to come. */
  let content = 0;
  let padding = 0;
  let file: FileHandle | null = null;
  try {
    for await (const chunk of source)
      for (let at = 0; at < chunk.length;) {
        const left = chunk.length - at;
        if (content > 0) {
          const length = Math.min(content, left);
          await file?.write(chunk, at, length);
          content -= length;
          at += length;
        } else if (padding > 0) {
          const length = Math.min(padding, left);
          padding -= length;
          at += length;
        } else {
          const length = Math.min(blockBytes - filled, left);
          block.set(chunk.subarray(at, at + length), filled);
          filled += length;
          at += length;
          if (filled < blockBytes) continue;
          filled = 0;
          await file?.close();
          file = null;
          const entry = parseHeader(block);
          if (entry === null) continue;
          content = entry.size;
          padding = (blockBytes - (entry.size % blockBytes)) % blockBytes;
          const path = entry.regular ? target(entry.name) : null;
          file = path === null ? null : await open(path, 'w');
        }
      }
  } finally {
    await file?.close();
  }
  if (content > 0) throw new Error(`the archive ends ${content} bytes before the end of an entry`);
}

const blockBytes = 512;

function parseHeader(block: Buffer): { name: string; size: number; regular: boolean } | null {
  // Zero blocks end an archive.
  if (block.every((byte) => byte === 0)) return null;
  const field = (start: number, length: number): string =>
    block.toString('latin1', start, start + length).replace(/\0.*$/s, '');
  const prefix = field(345, 155);
  const name = field(0, 100);
  const type = field(156, 1);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: Number.parseInt(field(124, 12).trim() || '0', 8),
    regular: type === '0' || type === '',
  };
}
