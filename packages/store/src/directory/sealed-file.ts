import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Shape } from '@twoshot/artifact/json-shape';
import { unsealed } from '@twoshot/artifact/sealed-json';
import { IrregularFileError, makeFolderIn, readRegularFile, replaceDurably, systemCode } from '@twoshot/disk';
import type { Places } from './places.js';
import { scratchPath } from './scratch.js';

/** Maximum size in bytes of a file that a store reads into memory. */
const limit = 1 << 26;

/** Errors of the file system for an unexpected or unreadable entry. */
const faults = new Map([
  ['ENOTDIR', 'a file instead of a folder'],
  ['ELOOP', 'a link that leads to itself'],
  ['EISDIR', 'a folder'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['EIO', 'the disk cannot read it'],
]);

/** Describes an error about an entry of the store, which then counts as missing; null for other errors. */
export const faultOf = (error: unknown): string | null =>
  error instanceof IrregularFileError ? error.found : (faults.get(systemCode(error)) ?? null);

/** The text of a file of the store; null if there is none. */
export async function textOf(places: Places, path: string): Promise<string | null> {
  try {
    return (await readRegularFile(path, { limit })).toString();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    const fault = faultOf(error);
    if (fault === null) throw error;
    places.distrust(path, fault);
    return null;
  }
}

/** Reads a sealed file and checks its shape; null if there is none, or one that was changed. */
export async function readSealed<T>(places: Places, path: string, shape: Shape<T>): Promise<T | null> {
  const text = await textOf(places, path);
  if (text === null) return null;
  try {
    return shape(unsealed(text), { file: path, path: '' });
  } catch (error) {
    // RangeError: nested too deep.
    const isShape = error instanceof Error && error.name === 'ArtifactError';
    if (!isShape && !(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    places.distrust(path, error.message.replace(`${path}: `, ''));
    return null;
  }
}

/** Moves an entry away at once and then deletes it, so that no reader finds it half deleted. */
export async function discard(places: Places, path: string): Promise<void> {
  const grave = scratchPath(places);
  try {
    await rename(path, grave);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(grave, { recursive: true, force: true });
}

/**
 * Writes a file of the store atomically, without permanent leftovers if the process dies. Anything else at its path is
 * replaced.
 */
export async function writeInto(places: Places, path: string, content: string): Promise<void> {
  await makeFolderIn(places.root, dirname(path));
  try {
    await replaceDurably(path, content, scratchPath(places));
  } catch (error) {
    if (!['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error))) throw error;
    places.distrust(path, 'a folder');
    await discard(places, path);
    await replaceDurably(path, content, scratchPath(places));
  }
}
