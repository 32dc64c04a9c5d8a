import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './system-code.js';

/**
 * Makes a folder and those above it; one that is there is fine. Node's `recursive` tries forever, and blocks a thread
 * with it, where a file system says that a parent is missing which is there, as `/proc` does.
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
      // Another process may make, or remove, the parent at the same time.
      if (systemCode(error) !== 'ENOENT' || parent === path || attempt === 2) throw error;
      await makeFolder(parent);
    }
  }
}
