import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../packages/disk/src/user-cache.js';

const requirements = 'tools/reference/requirements.txt';

/**
 * The Python that has the reference libraries, installed on first use into a virtual environment of its own in the
 * cache. It takes about 6 GB, nearly all of it what PyPI's PyTorch installs for GPUs, which is not used.
 */
export function referencePython(): string {
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `reference-${key}`);
  const python = join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  console.error('installing the reference libraries (about 6 GB, some minutes)');
  if (existsSync(folder) && !existsSync(join(folder, 'pyvenv.cfg')))
    throw new Error(`${folder} is no virtual environment; move it away, the reference libraries are installed there`);
  rmSync(folder, { recursive: true, force: true });
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  execFileSync('python3', ['-m', 'venv', folder], { stdio: [...stdio] });
  const install = ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--requirement', requirements];
  execFileSync(python, install, { stdio: [...stdio] });
  writeFileSync(complete, '');
  return python;
}
