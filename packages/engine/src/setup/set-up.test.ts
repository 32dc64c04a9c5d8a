import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { locateNativeBuild } from './native-build.js';
import { removeNativeEngine, setUpNativeEngine } from './set-up.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-cache-'));
  vi.stubEnv('TWOSHOT_CACHE', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('CPU and CUDA builds lie beside each other', () => {
  const [cpu, cuda] = [locateNativeBuild('cpu'), locateNativeBuild('cuda')];
  expect(new Set([cpu.libraryFolder, cuda.libraryFolder, cpu.bindingFolder, cuda.bindingFolder]).size).toBe(4);
  expect(cpu.sources.ops.length).toBeGreaterThan(0);
});

test('what is there is not set up again', async () => {
  const build = locateNativeBuild('cpu');
  await mkdir(build.libraryFolder, { recursive: true });
  await mkdir(build.bindingFolder);
  await writeFile(build.bindingFile, '');
  vi.stubEnv('PATH', '/nowhere');
  expect(await setUpNativeEngine()).toEqual({ ok: true, fresh: false, build });
});

test('removing frees all that set-up wrote and nothing else', async () => {
  await mkdir(join(folder, 'engine', 'scratch-1'), { recursive: true });
  await writeFile(join(folder, 'mine'), '');
  await removeNativeEngine();
  expect(existsSync(join(folder, 'engine'))).toBe(false);
  expect(await readdir(folder)).toEqual(['mine']);
  await removeNativeEngine();
});
