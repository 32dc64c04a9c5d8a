import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '@twoshot/disk';
import type { Places } from './places.js';

/** Keys of earlier results of a stage of a pipeline, oldest first. */
export async function keysOf(places: Places, stage: string): Promise<readonly string[]> {
  try {
    return (await readFile(places.history(stage), 'utf8')).split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Notes which result a stage of a pipeline has come to. Lines of this length are appended whole, also by two runs at
 * once.
 */
export async function remember(places: Places, stage: string, key: string): Promise<void> {
  const keys = await keysOf(places, stage);
  if (keys.at(-1) === key) return;
  await mkdir(dirname(places.history(stage)), { recursive: true });
  // Starts with a line end too: a process that died here may have left half a line.
  await appendFile(places.history(stage), `\n${key}\n`);
}
