import type { FileHandle } from 'node:fs/promises';
import { IrregularFileError, openRegularFile, readRegularFile, systemCode } from '@twoshot/disk';
import { ArtifactError } from './artifact-error.js';

/**
 * Opens a file of an artifact for reading.
 *
 * @throws ArtifactError where it is not there, or is no file
 */
export async function openFile(file: string, expected: string): Promise<FileHandle> {
  return openRegularFile(file, { followLinks: true }).catch((error: unknown) => refuse(file, expected, error));
}

/**
 * Reads a whole file of an artifact as UTF-8 text.
 *
 * @throws ArtifactError where it is not there, is no file or no text, or has more bytes than `most`
 */
export async function readText(file: string, expected: string, most: number): Promise<string> {
  const bytes = await readRegularFile(file, { limit: most, followLinks: true }).catch((error: unknown) =>
    refuse(file, expected, error),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ArtifactError(file, expected, 'bytes that are no UTF-8');
  }
}

function refuse(file: string, expected: string, error: unknown): never {
  if (systemCode(error) === 'ENOENT') throw new ArtifactError(file, expected, 'no such file');
  if (error instanceof IrregularFileError) throw new ArtifactError(file, expected, error.found);
  throw error;
}
