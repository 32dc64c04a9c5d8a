import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '@twoshot/disk';

/**
 * The Python that has the packages of a requirements file, installed on first use into a virtual environment of its own
 * in the cache.
 *
 * @param name first part of the name of its folder
 * @param size for the user, e.g. `about 6 GB`
 */
export function pythonWith(requirements: string, name: string, size: string): string {
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `${name}-${key}`);
  const python = join(folder, 'bin/python');
  if (existsSync(python)) return python;
  console.error(`installing the packages of ${requirements} (${size})`);
  mkdirSync(cacheFolder(), { recursive: true });
  // Others may install the same at this moment: each makes its own folder, and the first whole one is taken.
  const fresh = mkdtempSync(`${folder}-`);
  try {
    const stdio = ['ignore', 'inherit', 'inherit'] as const;
    execFileSync('python3', ['-m', 'venv', fresh], { stdio: [...stdio] });
    const install = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--requirement', requirements];
    execFileSync(join(fresh, 'bin/python'), install, { stdio: [...stdio] });
    moveUnlessThere(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return python;
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
