import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { systemCode } from './system-code.js';

/** Something stands where a file should be, and is none: a folder, a link, a pipe, or a file that is far too large. */
export class IrregularFileError extends Error {
  override readonly name = 'IrregularFileError';
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string, expected = 'a file') {
    super(`${path} is ${found} where ${expected} should be`);
    this.path = path;
    this.found = found;
  }
}

export interface RegularFileOptions {
  /** Bytes that such a file may have at most. */
  readonly limit: number;
  /** Whether the path may be a link to a file; not by default. */
  readonly followLinks?: boolean;
}

/** Windows knows neither flag, `undefined` counts as 0; it has no pipes among its files either. */
const withoutWaiting = constants.O_RDONLY | constants.O_NONBLOCK;

/** What stands where a file should be. */
function typeOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/**
 * Opens a file for reading that somebody else may have shaped: to open a pipe might wait for ever, a device might never
 * end.
 *
 * @throws IrregularFileError where something else stands there; else what `open` throws
 */
export async function openRegularFile(
  path: string,
  { followLinks = false }: Pick<RegularFileOptions, 'followLinks'> = {},
): Promise<FileHandle> {
  const handle = await openWithoutWaiting(path, followLinks);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new IrregularFileError(path, typeOf(found));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openWithoutWaiting(path: string, followLinks: boolean): Promise<FileHandle> {
  try {
    return await open(path, withoutWaiting | (followLinks ? 0 : constants.O_NOFOLLOW));
  } catch (error) {
    switch (systemCode(error)) {
      case 'ELOOP':
      case 'EMLINK':
        if (followLinks) throw error;
        throw new IrregularFileError(path, 'a link');
      case 'EISDIR':
        throw new IrregularFileError(path, 'a folder');
      case 'ENXIO':
        throw new IrregularFileError(path, 'a socket');
      default:
        throw error;
    }
  }
}

/**
 * Reads a file that somebody else may have shaped: a pipe is not waited for, a device is not read without end, and a file
 * is not larger than what fits.
 *
 * @throws IrregularFileError where something else stands there, or one that is too large
 */
export async function readRegularFile(
  path: string,
  { limit, followLinks = false }: RegularFileOptions,
): Promise<Buffer> {
  const handle = await openRegularFile(path, { followLinks });
  try {
    const { size } = await handle.stat();
    if (size > limit) throw new IrregularFileError(path, `a file of ${size} bytes`, `a file of at most ${limit} bytes`);
    // A file may grow meanwhile, and those of /proc say that they are empty.
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(limit + 1 - bytes, Math.max(size + 1 - bytes, 4096)));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, bytesRead));
      bytes += bytesRead;
      if (bytes > limit) throw new IrregularFileError(path, `a file of more than ${limit} bytes`);
    }
  } finally {
    await handle.close();
  }
}
