import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunProblem } from '@twoshot/diagnostics';

import { settleEngine } from './settle-engine.js';

let folder = '';
const told: string[] = [];
const tell = (line: string): void => void told.push(line);
const never = new AbortController().signal;

/** A machine on which nothing is installed, with a compiler and a pip that has no network. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-settle-'));
  told.length = 0;
  await mkdir(join(folder, 'bin'));
  await tool('g++', 'exit 0');
  await tool('python3', 'case "$*" in *download*) echo "ERROR: no network"; exit 1;; esac');
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('CXX', join(folder, 'bin', 'g++'));
  vi.stubEnv('TWOSHOT_CACHE', join(folder, 'cache'));
  vi.stubEnv('TWOSHOT_ENGINE', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function tool(name: string, script: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'bin', name), 0o755);
}

/** What a promise failed with. */
const problemOf = (promise: Promise<unknown>): Promise<RunProblem['failure']> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => (error instanceof RunProblem ? error.failure : Promise.reject(error as Error)),
  );

test('an engine that needs no set-up is ready, and its identity counts the threads', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'wasm');
  const engine = await settleEngine();
  expect(engine.kind).toBe('wasm');
  expect(engine.identity(3)).toMatchObject({ backend: 'wasm', threads: 3 });
  expect(engine.identity(3)).not.toEqual(engine.identity(2));
  expect(await engine.ready(tell, never)).toBeNull();
  expect(told).toEqual([]);
});

test('an unknown engine is refused before anything runs', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'gpu');
  expect(await problemOf(settleEngine())).toMatchObject({
    code: 'engine-unavailable',
    message: "TWOSHOT_ENGINE is 'gpu'; expected one of cuda, native, wasm, cpu",
  });
});

const isLinux = process.platform === 'linux' && process.arch === 'x64';

test.runIf(isLinux)('a selected engine that cannot be installed is an error with a next step', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'native');
  const engine = await settleEngine();
  expect(engine.kind).toBe('native');
  expect(await problemOf(engine.ready(tell, never))).toMatchObject({
    code: 'engine-unavailable',
    found: expect.stringContaining('no network') as string,
    next: expect.stringContaining('HTTPS_PROXY') as string,
  });
});

test.runIf(isLinux)('WASM replaces an engine that cannot be installed, unless one was selected', async () => {
  const engine = await settleEngine();
  expect(engine.kind).not.toBe('wasm');
  const [first, second] = await Promise.all([engine.ready(tell, never), engine.ready(tell, never)]);
  expect(first!.kind).toBe('wasm');
  expect(first!.identity(2)).toMatchObject({ backend: 'wasm' });
  // The set-up was tried once, and is not tried by the engine in its place.
  expect(second!.kind).toBe('wasm');
  const attempts = told.filter((line) => line.startsWith('installing the engine: downloading')).length;
  expect(attempts).toBeGreaterThan(0);
  expect(
    told.filter((line) => line.startsWith('continuing with the engine wasm: pip could not download')),
  ).toHaveLength(1);
  expect(await first!.ready(tell, never)).toBeNull();
  expect(told.filter((line) => line.startsWith('installing the engine: downloading'))).toHaveLength(attempts);
});

test.runIf(isLinux)('without a compiler WASM is chosen at once, and the reason is reported', async () => {
  vi.stubEnv('CXX', '/nowhere/g++');
  const engine = await settleEngine();
  expect(engine.kind).toBe('wasm');
  expect(await engine.ready(tell, never)).toBeNull();
  expect(told).toEqual([expect.stringContaining('the C++ compiler /nowhere/g++ was not found')]);
});

test.runIf(isLinux)('an interrupt ends the installation', async () => {
  const controller = new AbortController();
  await tool('python3', 'case "$*" in *download*) exec sleep 60;; esac');
  const engine = await settleEngine();
  const ready = engine.ready((line) => {
    tell(line);
    controller.abort(new Error('interrupted'));
  }, controller.signal);
  await expect(ready).rejects.toThrow('interrupted');
  expect(told).toEqual([expect.stringContaining('installing the engine: downloading')]);
});
