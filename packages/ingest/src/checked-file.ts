import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isMissing } from '@twoshot/disk';
import { StageInputError } from '@twoshot/stage';

/** A file of a data set that must be exactly what was published. */
export interface PinnedFile {
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads a pinned file once, chunk by chunk, and checks its SHA-256.
 *
 * @param see receives every chunk and the position of its first byte
 * @param advice what to do about a missing or wrong file
 * @throws StageInputError `data-missing`, `data-changed`
 */
export async function checkFile(
  { path, sha256, bytes: length }: PinnedFile,
  advice: string,
  see: (bytes: Uint8Array, position: number) => void = () => {},
): Promise<void> {
  const hash = createHash('sha256');
  let position = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const bytes: Uint8Array = chunk;
      hash.update(bytes);
      see(bytes, position);
      position += bytes.length;
    }
  } catch (error) {
    if (isMissing(error))
      throw new StageInputError('data-missing', `${path} does not exist; ${advice}`, { file: path });
    throw error;
  }
  const found = hash.digest('hex');
  if (found === sha256) return;
  const difference =
    position < length
      ? `is cut off: expected ${length} bytes, found ${position}`
      : `is not the published file: expected SHA-256 ${sha256}, found ${found} (${position} bytes)`;
  const message = `${path} ${difference}; ${advice}`;
  throw new StageInputError('data-changed', message, { file: path });
}
