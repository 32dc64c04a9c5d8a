// @module-tag slow
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateNativeBuild } from '@twoshot/engine/setup';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callIn, type Called } from './call.fixture.js';

let folder = '';
const call = (line: string, controller?: AbortController): Promise<Called> => callIn(folder, line, controller);

/** A machine on which nothing is installed, with a compiler and a pip that has no network. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-commands-'));
  await mkdir(join(folder, 'bin'));
  await tool('g++', 'exit 0');
  await tool('python3', 'case "$*" in *download*) echo "ERROR: no network"; exit 1;; esac');
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('CXX', join(folder, 'bin', 'g++'));
  vi.stubEnv('TWOSHOT_CACHE', join(folder, 'cache'));
  vi.stubEnv('TWOSHOT_ENGINE', 'native');
  vi.stubEnv('TWOSHOT_THREADS', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function tool(name: string, script: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'bin', name), 0o755);
}

test('engine setup reports an engine that needs no installation as ready', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'wasm');
  expect(await call('engine setup')).toEqual({ code: 0, stdout: 'the engine wasm is ready\n', stderr: '' });
});

const isLinux = process.platform === 'linux' && process.arch === 'x64';

test.runIf(isLinux)('engine setup reports what it does, and what prevents it', async () => {
  const { code, stdout, stderr } = await call('engine setup');
  expect(code).toBe(2);
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^downloading tensorflow/);
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^the native engine cannot be installed: pip could not download .*: ERROR: no network$/),
    expect.stringMatching(/^ {2}next: {5}check the network/),
    expect.stringMatching(/^ {2}without: {2}the WASM engine/),
  ]);
});

test.runIf(isLinux)('engine setup without a compiler downloads nothing', async () => {
  vi.stubEnv('CXX', '/nowhere/g++');
  const { code, stderr } = await call('engine setup');
  expect(code).toBe(2);
  expect(stderr).toContain('the C++ compiler /nowhere/g++ was not found');
  expect(stderr).not.toContain('downloading');
});

test.runIf(isLinux)('engine setup that is interrupted leaves nothing', async () => {
  await tool('python3', 'case "$*" in *download*) touch "$STARTED"; exec sleep 60;; esac');
  vi.stubEnv('STARTED', join(folder, 'started'));
  const controller = new AbortController();
  const called = call('engine setup', controller);
  await vi.waitUntil(() => existsSync(join(folder, 'started')), { timeout: 20_000 });
  controller.abort();
  expect(await called).toMatchObject({ code: 130, stdout: '' });
  expect(await readdir(join(folder, 'cache/engine'))).toEqual([]);
});

test('engine remove deletes what the installation wrote, and names what it leaves', async () => {
  const build = 'cache/engine/binding-cpu-0123456789abcdef';
  await mkdir(join(folder, build), { recursive: true });
  await writeFile(join(folder, 'cache/mine'), '');
  expect(await call('engine remove')).toEqual({ code: 0, stdout: 'the native engine has been removed\n', stderr: '' });
  expect(await readdir(join(folder, 'cache'))).toEqual(['mine']);
  await mkdir(join(folder, 'cache/engine'));
  await writeFile(join(folder, 'cache/engine/notes.txt'), 'mine');
  const { code, stdout } = await call('engine remove');
  const engine = join(folder, 'cache/engine');
  expect([code, stdout]).toEqual([
    0,
    `no native engine is installed in ${engine}; ${engine} keeps files that the installation did not write: notes.txt\n`,
  ]);
  expect(await readdir(engine)).toEqual(['notes.txt']);
});

test.runIf(isLinux)('a cache where no folder can be created ends engine setup with advice', async () => {
  vi.stubEnv('TWOSHOT_CACHE', '/proc/twoshot');
  const { code, stderr } = await call('engine setup');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /\/proc\/twoshot\/engine cannot be written.*\n {2}next: {5}set TWOSHOT_CACHE to a writable folder/,
  );
});

test.runIf(isLinux)('doctor names what is broken, and does not report it as installed', async () => {
  const { bindingFile, bindingFolder, libraryFolder } = locateNativeBuild('cpu');
  await mkdir(libraryFolder, { recursive: true });
  await mkdir(bindingFolder);
  await writeFile(bindingFile, 'no shared object');
  const half = await call('doctor');
  expect(half.code).toBe(0);
  expect(half.stdout).toContain(`${libraryFolder} is incomplete: tensorflow/libtensorflow_cc.so.2 is missing\n`);
  expect(half.stdout).toContain('next       twoshot engine setup reinstalls it');
  await mkdir(join(libraryFolder, 'tensorflow'));
  for (const name of ['cc', 'framework'])
    await writeFile(join(libraryFolder, `tensorflow/libtensorflow_${name}.so.2`), '');
  const whole = await call('doctor');
  expect(whole.code).toBe(0);
  expect(whole.stdout).toContain(`missing    the native engine in ${bindingFile} cannot be loaded: `);
  expect(whole.stdout).toContain('to fix   twoshot engine remove && twoshot engine setup');
  expect(half.stdout + whole.stdout).not.toContain('installed, in /');
  expect(whole.stdout).not.toContain('speed');
});

test.runIf(isLinux)('doctor on a machine on which the engine has to be installed', async () => {
  vi.stubEnv('TWOSHOT_THREADS', '8');
  const { code, stdout } = await call('doctor');
  expect(code).toBe(0);
  expect(stdout).toContain('engine     native, tensorflow 2.20.0, selected by TWOSHOT_ENGINE\n');
  expect(stdout).toContain(`not installed yet, in ${join(folder, 'cache/engine')}\n`);
  expect(stdout).toContain('threads    8, from TWOSHOT_THREADS\n');
  expect(stdout).toContain('next       twoshot engine setup');
  expect(stdout).not.toContain('speed');
});

test('doctor measures an engine that is ready', async () => {
  vi.stubEnv('TWOSHOT_ENGINE', 'wasm');
  const { code, stdout } = await call('doctor');
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nspeed {6}\d+\.\d GFLOP\/s in convolutions/);
});

test.each([
  ['TWOSHOT_ENGINE', 'gpu', "TWOSHOT_ENGINE is 'gpu'; expected one of"],
  ['TWOSHOT_THREADS', 'many', "TWOSHOT_THREADS is 'many'; expected an integer"],
])('doctor says that %s=%s is a mistake', async (variable, value, message) => {
  vi.stubEnv(variable, value);
  const { code, stdout, stderr } = await call('doctor');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});
