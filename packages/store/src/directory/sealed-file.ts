import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Shape } from '@twoshot/artifact/json-shape';
import { unsealed } from '@twoshot/artifact/sealed-json';
import { IrregularFileError, makeFolderIn, readRegularFile, replaceDurably, systemCode } from '@twoshot/disk';
import type { Places } from './places.js';
import { scratchPath } from './scratch.js';

/** Bytes of the largest file that a store reads into memory. */
const limit = 1 << 26;

/** Errors of the file system that say that something else is there, or that it cannot be read. */
const faults = new Map([
  ['ENOTDIR', 'a file where a folder should be'],
  ['ELOOP', 'a link that leads to itself'],
  ['EISDIR', 'a folder'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['EIO', 'the disk cannot read it'],
]);

/** What is wrong with something in the store where an error says so; it is no more than not there. Null for other errors. */
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

/** Reads a sealed file and checks its shape; null if there is none, or one that is not as it was written. */
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

/** Takes what stands at a path out of its place at once and then deletes it, so that nobody meets it half deleted. */
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
 * Writes a file of the store: whole or not at all, and with nothing left behind for good if the process dies. What
 * stands in its place and is no file gives way.
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
