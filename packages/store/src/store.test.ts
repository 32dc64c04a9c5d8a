import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatFailure, type Result } from '@twoshot/diagnostics';
import { openForReading, openStore } from './store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twoshot-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const complaint = (result: Result<unknown>): string =>
  result.ok ? 'nothing' : formatFailure(result.failures[0]!).replaceAll(folder, 'FOLDER');

test('a store is made where there is none, and opened again', async () => {
  expect((await openStore(join(folder, 'new', 'store'))).ok).toBe(true);
  expect((await openStore(join(folder, 'new', 'store'))).ok).toBe(true);
});

test('a store of a newer format is left alone', async () => {
  await writeFile(join(folder, 'format.json'), '{"format":99}');
  expect(complaint(await openStore(folder))).toBe(
    [
      'The store FOLDER cannot be used',
      '  expected: a store of format 1, or an empty folder',
      '  found:    format 99, of a newer Twoshot',
      '  next:     update Twoshot, or name another store with --store',
    ].join('\n'),
  );
  expect(complaint(await openForReading(folder))).toContain('format 99');
  expect(await readdir(folder)).toEqual(['format.json']);
});

test('a folder of something else is not filled', async () => {
  await writeFile(join(folder, 'thesis.tex'), 'x');
  expect(complaint(await openStore(folder))).toContain('a folder with other things in it, e.g. thesis.tex');
  expect(await readdir(folder)).toEqual(['thesis.tex']);
});

test('a file is no store', async () => {
  await writeFile(join(folder, 'file'), 'x');
  expect(complaint(await openStore(join(folder, 'file')))).toContain('a file of that name');
});

test('reading a store that is not there makes none', async () => {
  expect((await openForReading(join(folder, 'none'))).ok).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('a store that cannot be written to is refused before anything runs', async () => {
  await openStore(join(folder, 'store'));
  // A file in the place of a folder stands for a lack of permission, which the root user never meets.
  await rm(join(folder, 'store', 'scratch'), { recursive: true });
  await mkdir(join(folder, 'store', 'scratch', 'writable'), { recursive: true });
  await expect(openStore(join(folder, 'store'))).rejects.toThrow('EISDIR');
});
