import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runCommand } from '@twoshot/machine';
import { tellingLines } from '@twoshot/wheels';
import type { NpmPackage } from './runtime-packages.js';

/** Why a package of npm could not be had. */
export type NpmFailure =
  | { readonly kind: 'npm-missing' }
  | { readonly kind: 'npm-failed'; readonly what: string; readonly output: string }
  /** The registry served another file than the pinned one. */
  | { readonly kind: 'other-integrity'; readonly what: string; readonly expected: string; readonly found: string };

/** What is missing, in one sentence, and the next step. */
export function describeNpmFailure(failure: NpmFailure): readonly [missing: string, fix: string] {
  switch (failure.kind) {
    case 'npm-missing':
      return ['npm is needed to download it, and is not on the PATH', 'install npm, which comes with Node.js'];
    case 'npm-failed':
      return [
        `npm could not download ${failure.what}: ${tellingLines(failure.output)}`,
        "check the network; set a proxy in HTTPS_PROXY, your own registry in npm's configuration",
      ];
    case 'other-integrity':
      return [
        `the registry served another file for ${failure.what}: expected ${failure.expected}, found ${failure.found}`,
        'use a registry that serves the files of registry.npmjs.org',
      ];
    default:
      return unreachable(failure);
  }
}

function unreachable(failure: never): never {
  throw new Error(`unknown failure ${JSON.stringify(failure)}`);
}

/**
 * Downloads a package by npm, so that the user's registry, proxy and certificates apply, checks its digest and unpacks
 * the wanted files. No script of the package runs, and what it depends on is not downloaded.
 *
 * @param scratch an empty folder
 * @param target folder of the unpacked files
 */
export async function unpackPackage(
  pinned: NpmPackage,
  scratch: string,
  target: string,
  signal: AbortSignal,
): Promise<NpmFailure | null> {
  const what = `${pinned.name}@${pinned.version}`;
  const args = ['pack', what, `--pack-destination=${scratch}`, '--ignore-scripts', '--no-update-notifier'];
  const result = await runCommand('npm', args, { signal });
  if (result === null) return { kind: 'npm-missing' };
  const archive = (await readdir(scratch)).find((file) => file.endsWith('.tgz'));
  if (result.code !== 0 || archive === undefined) return { kind: 'npm-failed', what, output: result.output };
  const path = join(scratch, archive);
  const found = await integrityOf(path);
  if (found !== pinned.integrity) return { kind: 'other-integrity', what, expected: pinned.integrity, found };
  const { x: extract } = await import('tar');
  await mkdir(target, { recursive: true });
  // All lies below `package/`; links are never wanted.
  await extract({
    file: path,
    cwd: target,
    strip: 1,
    filter: (file, entry) =>
      'type' in entry && entry.type === 'File' && pinned.wants(file.replace(/^\.?\/?package\//, '')),
  });
  await rm(path);
  return null;
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return `sha512-${hash.digest('base64')}`;
}
