import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installRuntime, locateRuntime } from './install-runtime.js';
import type { NpmPackage } from './runtime-packages.js';

let folder = '';
let archive = Buffer.alloc(0);
let logs: string[] = [];
const tell = { log: (line: string) => logs.push(line), signal: new AbortController().signal };

/** Stands in for npm: counts its calls and copies the archive to `--pack-destination`. */
const npm = `#!/bin/sh
echo "$*" >> "$FAKE/calls"
for word; do case "$word" in --pack-destination=*) cp "$FAKE/archive" "\${word#--pack-destination=}/made-1.0.0.tgz";; esac; done`;

async function program(script: string): Promise<void> {
  await writeFile(join(folder, 'bin/npm'), script);
  await chmod(join(folder, 'bin/npm'), 0o755);
}

const made = (): readonly [NpmPackage] => [
  {
    name: 'made',
    version: '1.0.0',
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
    bytes: archive.length,
    wants: (file) => file === 'package.json' || file.startsWith('dist/'),
  },
];
const install = (): Promise<string> => installRuntime('wasm', tell, made());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-onnxruntime-'));
  logs = [];
  for (const one of ['bin', 'source/package/dist']) await mkdir(join(folder, one), { recursive: true });
  for (const file of ['package.json', 'README.md', 'dist/index.js'])
    await writeFile(join(folder, 'source/package', file), `{ "file": "${file}" }`);
  await create({ file: join(folder, 'archive'), cwd: join(folder, 'source'), gzip: true }, ['package']);
  archive = await readFile(join(folder, 'archive'));
  await program(npm);
  vi.stubEnv('FAKE', folder);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('TWOSHOT_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('wanted files are downloaded once by npm, without scripts, and two at once wait for each other', async () => {
  const [modules] = await Promise.all([install(), install()]);
  expect(modules).toBe(locateRuntime('wasm', made()).modules);
  expect(await readFile(join(modules, 'made/dist/index.js'), 'utf8')).toContain('dist/index.js');
  expect((await readdir(join(modules, 'made'))).sort()).toEqual(['dist', 'package.json']);
  expect(await install()).toBe(modules);
  const calls = (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n');
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatch(/^pack made@1\.0\.0 .*--ignore-scripts/);
  expect(logs).toContain('downloading made 1.0.0 (1 MB) by npm');
  // Code that was changed is not loaded.
  await writeFile(join(modules, 'made/dist/index.js'), 'planted');
  await install();
  expect(await readFile(join(modules, 'made/dist/index.js'), 'utf8')).toContain('dist/index.js');
});

test.each([
  [
    'no network',
    '#!/bin/sh\necho "npm error network no route to host"; exit 1',
    /npm could not download made@1\.0\.0: npm error network no route to host; check the network/,
  ],
  [
    'another file',
    `${npm}\nfor word; do case "$word" in --pack-destination=*) echo x >> "\${word#--pack-destination=}/made-1.0.0.tgz";; esac; done`,
    /served another file for made@1\.0\.0: expected sha512-/,
  ],
])('%s is told, and leaves nothing', async (_, script, says) => {
  await program(script);
  const refused = install();
  await expect(refused).rejects.toMatchObject({ name: 'OutsideError', code: 'onnxruntime-unavailable' });
  await expect(refused).rejects.toThrow(says);
  await expect(refused).rejects.toThrow(/Or copy .* from a machine that has it$/);
  expect(await readdir(join(folder, 'cache/onnxruntime'))).toEqual([]);
});

test('without npm it says what to do', async () => {
  vi.stubEnv('PATH', join(folder, 'nothing'));
  await expect(install()).rejects.toThrow(/npm is needed to download it, and is not on the PATH; install npm/);
});
