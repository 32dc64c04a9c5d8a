import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './system-code.js';

/**
 * Creates a folder and its parents, unless they exist. Node's `recursive` tries forever, and blocks a thread with it,
 * where a file system reports an existing parent as missing, as `/proc` does.
 *
 * @throws the error of the system, with its code
 */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  for (let attempt = 0; ; attempt++) {
    try {
      return await mkdir(path);
    } catch (error) {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
      // Another process may create or remove the parent at the same time.
      if (systemCode(error) !== 'ENOENT' || parent === path || attempt === 2) throw error;
      await makeFolder(parent);
    }
  }
}
