import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatFailure, type Result } from '@twoshot/diagnostics';
import { openDirectory } from './open-directory.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const complaint = (result: Result<unknown>): string =>
  result.ok ? 'nothing' : formatFailure(result.failures[0]!).replaceAll(folder, 'FOLDER');

test('a store is made where there is none, and opened again', async () => {
  expect((await openDirectory(join(folder, 'new', 'store'), 'run')).ok).toBe(true);
  expect((await openDirectory(join(folder, 'new', 'store'), 'run')).ok).toBe(true);
});

test('a store of a newer format is left alone', async () => {
  await writeFile(join(folder, 'format.json'), '{"format":99}');
  expect(complaint(await openDirectory(folder, 'run'))).toBe(
    [
      'The store FOLDER cannot be used',
      '  expected: a store of format 2, or an empty folder',
      '  found:    format 99, of a newer Twoshot',
      '  next:     update Twoshot, or name another store with --store',
    ].join('\n'),
  );
  expect(complaint(await openDirectory(folder, 'read'))).toContain('format 99');
  expect(await readdir(folder)).toEqual(['format.json']);
});

test('a store of an older format says what to do with it', async () => {
  await writeFile(join(folder, 'format.json'), '{"format":1}');
  expect(complaint(await openDirectory(folder, 'run'))).toContain(
    'format 1, of an older Twoshot\n  next:     delete it, its results are made again',
  );
});

test('a folder of something else is not filled', async () => {
  await writeFile(join(folder, 'thesis.tex'), 'x');
  expect(complaint(await openDirectory(folder, 'run'))).toContain('a folder with other things in it, e.g. thesis.tex');
  expect(await readdir(folder)).toEqual(['thesis.tex']);
});

test('a file is no store', async () => {
  await writeFile(join(folder, 'file'), 'x');
  expect(complaint(await openDirectory(join(folder, 'file'), 'run'))).toContain('a file of that name');
});

test('reading a store that is not there makes none', async () => {
  expect((await openDirectory(join(folder, 'none'), 'read')).ok).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('a store that cannot be written to is refused before anything runs', async () => {
  await openDirectory(join(folder, 'store'), 'run');
  // A file in the place of a folder stands for a lack of permission, which the root user never meets.
  await rm(join(folder, 'store', 'scratch'), { recursive: true });
  await mkdir(join(folder, 'store', 'scratch', 'writable'), { recursive: true });
  await expect(openDirectory(join(folder, 'store'), 'run')).rejects.toThrow('EISDIR');
});
