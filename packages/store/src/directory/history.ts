import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IrregularFileError, makeFolderIn, systemCode } from '@twoshot/disk';
import type { Places } from './places.js';
import { discard, faultOf, textOf } from './sealed-file.js';

/** Keys of earlier results of a stage of a pipeline, oldest first. */
export async function keysOf(places: Places, stage: string): Promise<readonly string[]> {
  const text = await textOf(places, places.history(stage));
  return (text ?? '').split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
}

/** A link would lead out of the store, and a pipe could block forever. */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function append(path: string, line: string): Promise<void> {
  const handle = await open(path, flags, 0o666);
  try {
    if (!(await handle.stat()).isFile()) throw new IrregularFileError(path, 'a pipe, a socket or a device');
    await handle.appendFile(line);
  } finally {
    await handle.close();
  }
}

/**
 * Records the result of a stage of a pipeline. Lines of this length are appended atomically, even by two runs at once.
 * Anything else at the path of the file is replaced.
 */
export async function remember(places: Places, stage: string, key: string): Promise<void> {
  const keys = await keysOf(places, stage);
  if (keys.at(-1) === key) return;
  const path = places.history(stage);
  await makeFolderIn(places.root, dirname(path));
  // Starts with a line end too: a process that died here may have left half a line.
  const line = `\n${key}\n`;
  try {
    await append(path, line);
  } catch (error) {
    const fault = systemCode(error) === 'ENXIO' ? 'a pipe without a reader' : faultOf(error);
    if (fault === null || systemCode(error) === 'EACCES' || systemCode(error) === 'EPERM') throw error;
    places.distrust(path, fault);
    await discard(places, path);
    await append(path, line);
  }
}
