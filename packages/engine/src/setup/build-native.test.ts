import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipOf } from '@twoshot/wheels/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildNative, type BuildPlan } from './build-native.js';
import { describeFailure, type SetupFailure } from './failure.js';
import { isBuilt } from './native-build.js';
import type { SetupProgress } from './progress.js';

const WHEEL = zipOf({ 'tensorflow/libtensorflow_cc.so.2': 'the library', 'tensorflow/python/x.py': 'not needed' });

/** Stands in for pip: counts its calls and copies the wheel to `--dest`. */
const PIP = `#!/bin/sh
case "$*" in
  *download*) echo call >> "$FAKE/downloads"
    for word; do case "$word" in --dest=*) cp "$FAKE/wheel" "\${word#--dest=}/fake-1.0-py3-none-any.whl";; esac; done;;
esac`;
/** Stands in for g++: writes what follows -o. */
const COMPILER = `#!/bin/sh
while [ $# -gt 1 ]; do if [ "$1" = -o ]; then echo compiled > "$2"; fi; shift; done`;

let folder = '';
let plan: BuildPlan;

async function tool(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, script);
  await chmod(path, 0o755);
}

function failureKind(failure: SetupFailure | null): string | null {
  return failure?.kind ?? null;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-setup-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'wheel'), WHEEL);
  await tool('python3', PIP);
  await tool('g++', COMPILER);
  vi.stubEnv('FAKE', folder);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('CXX', join(folder, 'bin', 'g++'));
  const cache = join(folder, 'cache');
  plan = {
    folder: cache,
    footprint: { download: 100, peak: 100, kept: 100 },
    wheels: [
      {
        project: 'fake',
        version: '1.0',
        sha256: createHash('sha256').update(WHEEL).digest('hex'),
        wants: (member) => member.endsWith('.so.2'),
      },
    ],
    build: {
      variant: 'cpu',
      digest: 'none',
      libraryFolder: join(cache, 'library'),
      bindingFolder: join(cache, 'binding'),
      bindingFile: join(cache, 'binding', 'binding.node'),
      sources: {
        ops: [],
        binding: ['binding.cc'],
        includes: [],
        digest: '',
        versions: { binding: '', nodeApiHeaders: '' },
      },
    },
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('downloads, unpacks what is needed, compiles, and leaves nothing else', async () => {
  const phases: SetupProgress['phase'][] = [];
  expect(await buildNative(plan, { onProgress: ({ phase }) => phases.push(phase) })).toBeNull();
  expect(await readdir(plan.folder)).toEqual(['binding', 'library']);
  expect(await readFile(join(plan.build.libraryFolder, 'tensorflow/libtensorflow_cc.so.2'), 'utf8')).toBe(
    'the library',
  );
  expect(await readdir(join(plan.build.libraryFolder, 'tensorflow'))).toEqual(['libtensorflow_cc.so.2']);
  expect(await readFile(plan.build.bindingFile, 'utf8')).toBe('compiled\n');
  expect([...new Set(phases)]).toEqual(['download', 'compile']);
});

test('another binding takes the library that is there', async () => {
  await buildNative(plan);
  const bindingFolder = join(plan.folder, 'binding-2');
  const build = { ...plan.build, bindingFolder, bindingFile: join(bindingFolder, 'binding.node') };
  expect(await buildNative({ ...plan, build })).toBeNull();
  expect(isBuilt(build)).toBe(true);
  expect(await readFile(join(folder, 'downloads'), 'utf8')).toBe('call\n');
});

test('two at once wait for each other: one downloads', async () => {
  const waits: string[] = [];
  const onProgress = ({ phase, text }: SetupProgress): void => void (phase === 'wait' && waits.push(text));
  const results = await Promise.all([buildNative(plan, { onProgress }), buildNative(plan, { onProgress })]);
  expect(results).toEqual([null, null]);
  expect(await readFile(join(folder, 'downloads'), 'utf8')).toBe('call\n');
  expect(waits).toEqual([`process ${process.pid} is installing the engine`]);
});

test('what a killed set-up left behind is swept away', async () => {
  const { pid } = spawnSync('/bin/true');
  await mkdir(join(plan.folder, 'scratch-old'), { recursive: true });
  await writeFile(join(plan.folder, 'scratch-old/.twoshot.json'), '{ "writtenBy": "twoshot" }');
  await mkdir(join(plan.folder, 'scratch-mine'));
  await writeFile(join(plan.folder, 'lock'), JSON.stringify({ pid, host: hostname(), started: null }));
  expect(await buildNative(plan)).toBeNull();
  expect(await readdir(plan.folder)).toEqual(['binding', 'library', 'scratch-mine']);
});

test.each([
  ['a part of the library is deleted', 'library/tensorflow/libtensorflow_cc.so.2', null, 'call\ncall\n'],
  ['a file of the library is cut off', 'library/tensorflow/libtensorflow_cc.so.2', 'the', 'call\ncall\n'],
  ['a header is deleted and another binding is wanted', 'library/tensorflow/a.h', null, 'call\ncall\n'],
  ['the binding is cut off', 'binding/binding.node', '', 'call\n'],
])('%s: incomplete parts are reported and reinstalled', async (_, file, content, downloads) => {
  const whole = zipOf({ 'tensorflow/libtensorflow_cc.so.2': 'the library', 'tensorflow/a.h': 'a header' });
  await writeFile(join(folder, 'wheel'), whole);
  const sha256 = createHash('sha256').update(whole).digest('hex');
  const wheels = plan.wheels.map((wheel) => ({ ...wheel, sha256, wants: () => true }));
  expect(await buildNative({ ...plan, wheels })).toBeNull();
  const path = join(plan.folder, file);
  await (content === null ? rm(path) : writeFile(path, content));
  if (file.endsWith('.h')) await rm(plan.build.bindingFolder, { recursive: true });
  expect(isBuilt(plan.build)).toBe(false);
  const told: string[] = [];
  const onProgress = ({ phase, text }: SetupProgress): void => void (phase === 'repair' && told.push(text));
  expect(await buildNative({ ...plan, wheels }, { onProgress })).toBeNull();
  expect(told).toEqual([expect.stringContaining('is incomplete')]);
  expect(isBuilt(plan.build)).toBe(true);
  expect(await readFile(join(folder, 'downloads'), 'utf8')).toBe(downloads);
});

test('a lock without an owner is taken over', async () => {
  await mkdir(plan.folder);
  await writeFile(join(plan.folder, 'lock'), '');
  expect(await buildNative(plan)).toBeNull();
});

test('without a compiler nothing is downloaded', async () => {
  vi.stubEnv('CXX', '/nowhere/g++');
  const failure = await buildNative(plan);
  expect(failure).toEqual({ kind: 'compiler-missing', compiler: '/nowhere/g++' });
  expect(await readdir(plan.folder)).toEqual([]);
  await expect(readFile(join(folder, 'downloads'))).rejects.toThrow('ENOENT');
});

test('without Python, or without pip, it says so', async () => {
  await rm(join(folder, 'bin', 'python3'));
  vi.stubEnv('PATH', join(folder, 'bin'));
  expect(failureKind(await buildNative(plan))).toBe('python-missing');
  await tool('python3', '#!/bin/sh\n[ "$2" != pip ]');
  expect(await buildNative(plan)).toEqual({ kind: 'pip-missing', python: 'python3' });
});

test('a pip under another name serves as well', async () => {
  await rm(join(folder, 'bin', 'python3'));
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/bin`);
  await tool('python3', '#!/bin/sh\nexit 1');
  await tool('python', '#!/bin/sh\nexit 1');
  await tool('pip3', PIP);
  expect(await buildNative(plan)).toBeNull();
});

test('a download that fails gives the words of pip', async () => {
  await tool('python3', '#!/bin/sh\ncase "$*" in *download*) echo "ERROR: no route to host"; exit 1;; esac');
  const failure = await buildNative(plan);
  expect(failureKind(failure)).toBe('download-failed');
  expect(failure && describeFailure(failure).missing).toBe('pip could not download fake==1.0: ERROR: no route to host');
  expect(await readdir(plan.folder)).toEqual([]);
});

test('another file than the pinned one is refused', async () => {
  await writeFile(join(folder, 'wheel'), Buffer.concat([WHEEL, Buffer.from('x')]));
  expect(failureKind(await buildNative(plan))).toBe('digest-mismatch');
  expect(await readdir(plan.folder)).toEqual([]);
});

test('a compiler that gives up keeps the library for the next time', async () => {
  await tool('g++', '#!/bin/sh\n[ "$1" = --version ] || { echo "a.cc:1: error: no"; exit 1; }');
  const failure = await buildNative(plan);
  expect(failure && describeFailure(failure).missing).toContain('a.cc:1: error: no');
  expect(await readdir(plan.folder)).toEqual(['library']);
});

test('too little disk space is reported before the download', async () => {
  const failure = await buildNative({ ...plan, footprint: { ...plan.footprint, peak: 1e18 } });
  expect(failureKind(failure)).toBe('disk-full');
  await expect(readFile(join(folder, 'downloads'))).rejects.toThrow('ENOENT');
});

test('a full disk during the download is no network failure', async () => {
  await tool('python3', '#!/bin/sh\ncase "$*" in *download*) echo "[Errno 28] No space left on device"; exit 1;; esac');
  expect(failureKind(await buildNative(plan))).toBe('disk-full');
});

test.runIf(process.platform === 'linux')(
  'a cache where no folder can be made is named, and ends the set-up',
  async () => {
    const failure = await buildNative({ ...plan, folder: '/proc/twoshot/engine' });
    expect(failure).toMatchObject({ kind: 'cache-not-writable', folder: '/proc/twoshot/engine' });
  },
);

test('a cache that cannot be written is named', async () => {
  await writeFile(join(folder, 'cache'), 'a file in the way');
  expect(failureKind(await buildNative(plan))).toBe('cache-not-writable');
});

test('an interrupted set-up ends pip and leaves nothing', async () => {
  await tool('python3', '#!/bin/sh\ncase "$*" in *download*) exec sleep 60;; esac');
  const controller = new AbortController();
  const work = buildNative(plan, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(work).rejects.toThrow('aborted');
  expect(await readdir(plan.folder)).toEqual([]);
});
