import type { Writable } from 'node:stream';

/**
 * Follows a stream that a command tells its result to.
 *
 * @returns gives why some of it was not written; null where all was. A reader that went away, as `head` does, has what it
 *   wanted
 */
export function watchOutput(stream: Writable): () => Error | null {
  let lost: Error | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') lost ??= error;
  });
  return () => lost;
}
