import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runCommand } from '@twoshot/machine';
import type { WheelFailure } from './failure.js';
import type { Pip } from './pip.js';
import type { Wheel } from './wheel.js';

const POLL = 500;

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Bytes that have arrived so far. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Downloads a wheel with pip, so that pip's configuration (index, proxy, certificates) applies, and checks its digest.
 *
 * @param folder an empty folder; pip's temporary files go there too
 * @returns the wheel's path, or the reason of the failure
 */
export async function downloadWheel(
  pip: Pip,
  wheel: Wheel,
  folder: string,
  { signal, onBytes }: DownloadOptions,
): Promise<string | WheelFailure> {
  const requirement = `${wheel.project}==${wheel.version}`;
  const temporary = join(folder, 'pip');
  await mkdir(temporary, { recursive: true });
  const [command, ...first] = pip;
  const timer = setInterval(() => void bytesBelow(folder).then(onBytes, () => {}), POLL);
  let result;
  try {
    result = await runCommand(
      command,
      [
        ...first,
        'download',
        requirement,
        '--no-deps',
        '--only-binary=:all:',
        '--python-version=311',
        '--platform=manylinux2014_x86_64',
        '--no-cache-dir',
        '--disable-pip-version-check',
        '--progress-bar=off',
        `--dest=${folder}`,
      ],
      { env: { TMPDIR: temporary, PIP_NO_INPUT: '1' }, ...(signal && { signal }) },
    );
  } finally {
    clearInterval(timer);
  }
  if (result === null || result.code !== 0) {
    const output = result?.output ?? `${command} is gone`;
    if (/no space left|disk quota/i.test(output)) return { kind: 'disk-full', folder, needed: 0, free: null };
    return { kind: 'download-failed', requirement, output };
  }
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
  if (name === undefined) return { kind: 'download-failed', requirement, output: result.output };
  const path = join(folder, name);
  const found = await sha256Of(path);
  if (found !== wheel.sha256) return { kind: 'digest-mismatch', requirement, expected: wheel.sha256, found };
  return path;
}

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
  return digest.digest('hex');
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
