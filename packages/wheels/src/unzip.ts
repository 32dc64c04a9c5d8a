import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Unpacks the wanted members of a ZIP archive (a wheel is one) below a folder, one after the other and in pieces.
 *
 * @param onBytes called with the number of unpacked bytes since the last call
 * @throws Error when the archive is damaged or encrypted, or when a member would lie outside the folder
 */
export async function unzip(
  archive: string,
  folder: string,
  wants: (path: string) => boolean,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  const { openPromise } = await import('yauzl');
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      onBytes(chunk.length);
      yield chunk;
    }
  }
  // yauzl refuses absolute paths, `..` and members of another length than the directory says.
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry;
    if (fileName.endsWith('/') || !wants(fileName)) continue;
    const target = join(folder, fileName);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), counted, createWriteStream(target));
  }
}
