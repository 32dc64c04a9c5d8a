import { closeSync, constants, fstatSync, openSync, read, readFileSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemCode } from './system-code.js';

/** Something else is in place of a file: a folder, a link, a pipe, or a file that is far too large. */
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
  /** Maximum size of such a file in bytes. */
  readonly limit: number;
  /** Whether the path may be a link to a file; not by default. */
  readonly followLinks?: boolean;
}

/** Windows knows neither flag, `undefined` counts as 0; it has no pipes among its files either. */
const withoutWaiting = constants.O_RDONLY | constants.O_NONBLOCK;

/** What is in place of a file. */
function typeOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/**
 * Opens an untrusted file for reading: opening a pipe might wait forever, a device might never end.
 *
 * @throws IrregularFileError where it is something else; else what `open` throws
 */
export async function openRegularFile(
  path: string,
  { followLinks = false }: Pick<RegularFileOptions, 'followLinks'> = {},
): Promise<FileHandle> {
  const handle = await open(path, flagsOf(followLinks)).catch((error: unknown) => {
    throw refusal(error, path, followLinks);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new IrregularFileError(path, typeOf(found));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const flagsOf = (followLinks: boolean): number => withoutWaiting | (followLinks ? 0 : constants.O_NOFOLLOW);

/** What an error of `open` says about what stands there; the error itself where it says nothing. */
function refusal(error: unknown, path: string, followLinks: boolean): unknown {
  switch (systemCode(error)) {
    case 'ELOOP':
    case 'EMLINK':
      return followLinks ? error : new IrregularFileError(path, 'a link');
    case 'EISDIR':
      return new IrregularFileError(path, 'a folder');
    case 'ENXIO':
      return new IrregularFileError(path, 'a socket');
    default:
      return error;
  }
}

/**
 * Up to this size a file is read at once. Of the small files that a look-up reads one after the other, each takes a
 * tenth of what the promises of its six steps would.
 */
const small = 1 << 20;

const readLater = promisify(read);

/** As `readRegularFile`, for files of which a start reads many: a promise would take longer than the file. */
export function readRegularFileNow(
  path: string,
  { followLinks = false }: Pick<RegularFileOptions, 'followLinks'> = {},
): Buffer {
  const file = openNow(path, followLinks);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new IrregularFileError(path, typeOf(found));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads an untrusted file: does not wait for a pipe, does not read a device without end, and rejects a file
 * that is too large.
 *
 * @throws IrregularFileError where it is something else, or too large
 */
export async function readRegularFile(
  path: string,
  { limit, followLinks = false }: RegularFileOptions,
): Promise<Buffer> {
  const file = openNow(path, followLinks);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new IrregularFileError(path, typeOf(found));
    const { size } = found;
    if (size > limit) throw new IrregularFileError(path, `a file of ${size} bytes`, `a file of at most ${limit} bytes`);
    // A file may grow meanwhile, and files of /proc report a size of 0.
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(limit + 1 - bytes, Math.max(size + 1 - bytes, 4096)));
      const bytesRead =
        size <= small ? readSync(file, chunk) : (await readLater(file, chunk, 0, chunk.length, null)).bytesRead;
      if (bytesRead === 0) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, bytesRead));
      bytes += bytesRead;
      if (bytes > limit) throw new IrregularFileError(path, `a file of more than ${limit} bytes`);
    }
  } finally {
    closeSync(file);
  }
}

function openNow(path: string, followLinks: boolean): number {
  try {
    return openSync(path, flagsOf(followLinks));
  } catch (error) {
    throw refusal(error, path, followLinks);
  }
}
