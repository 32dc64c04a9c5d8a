import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { locateNativeBuild } from './native-build.js';
import { removeNativeEngine } from './remove.js';
import { setUpNativeEngine } from './set-up.js';

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
  await mkdir(join(build.libraryFolder, 'tensorflow'), { recursive: true });
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    await writeFile(join(build.libraryFolder, 'tensorflow', name), '');
  await mkdir(build.bindingFolder);
  await writeFile(build.bindingFile, '');
  vi.stubEnv('PATH', '/nowhere');
  expect(await setUpNativeEngine()).toEqual({ ok: true, fresh: false, build });
});

test('removing frees what set-up wrote and nothing else', async () => {
  const engine = join(folder, 'engine');
  const { bindingFolder, bindingFile, libraryFolder } = locateNativeBuild('cpu');
  const write = async (): Promise<void> => {
    for (const path of [bindingFolder, libraryFolder, join(engine, 'scratch-killed')])
      await mkdir(path, { recursive: true });
    await writeFile(bindingFile, '');
    await writeFile(join(engine, 'scratch-killed/.twoshot.json'), '{ "writtenBy": "twoshot" }');
    await writeFile(join(folder, 'mine'), '');
  };
  await write();
  expect(await removeNativeEngine()).toMatchObject({ folder: engine, left: [] });
  expect(existsSync(engine)).toBe(false);
  expect(await readdir(folder)).toEqual(['mine']);
  expect(await removeNativeEngine()).toEqual({ folder: engine, removed: [], left: [] });
  await write();
  await mkdir(join(engine, 'scratch-notes'));
  await writeFile(join(engine, 'thesis.txt'), 'years of work');
  expect(await removeNativeEngine()).toMatchObject({ left: ['scratch-notes', 'thesis.txt'] });
  expect((await readdir(engine)).sort()).toEqual(['scratch-notes', 'thesis.txt']);
});

test('a folder of the user’s own of that name stays as it is', async () => {
  const engine = join(folder, 'engine');
  await mkdir(join(engine, 'binding'), { recursive: true });
  await writeFile(join(engine, 'lock'), 'of my bicycle');
  expect(await removeNativeEngine()).toEqual({ folder: engine, removed: [], left: ['binding', 'lock'] });
  expect((await readdir(engine)).sort()).toEqual(['binding', 'lock']);
  await rm(engine, { recursive: true });
  await writeFile(engine, 'a file');
  expect(await removeNativeEngine()).toMatchObject({ kind: 'cache-not-writable', folder: engine });
});
