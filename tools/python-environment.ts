import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  console.error(`installing the packages of ${requirements} (${size})`);
  if (existsSync(folder) && !existsSync(join(folder, 'pyvenv.cfg')))
    throw new Error(
      `${folder} is no virtual environment; move it away, the packages of ${requirements} are installed there`,
    );
  rmSync(folder, { recursive: true, force: true });
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  execFileSync('python3', ['-m', 'venv', folder], { stdio: [...stdio] });
  const install = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--requirement', requirements];
  execFileSync(python, install, { stdio: [...stdio] });
  writeFileSync(complete, '');
  return python;
}
