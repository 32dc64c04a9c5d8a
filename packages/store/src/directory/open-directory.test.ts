import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatFailure, type Result } from '@twoshot/diagnostics';
import { openDirectory } from './open-directory.js';
import { storeFolders } from './places.js';

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
      '  expected: a store of format 3, or an empty folder',
      '  found:    format 99, of a newer Twoshot',
      '  next:     update Twoshot, or use another store with --store',
    ].join('\n'),
  );
  expect(complaint(await openDirectory(folder, 'read'))).toContain('format 99');
  expect(await readdir(folder)).toEqual(['format.json']);
});

test('a store of an older format says what to do with it', async () => {
  await writeFile(join(folder, 'format.json'), '{"format":2}');
  expect(complaint(await openDirectory(folder, 'run'))).toContain(
    'format 2, of an older Twoshot\n  next:     delete it, and stages run again',
  );
});

test('a folder of something else is not filled', async () => {
  await writeFile(join(folder, 'thesis.tex'), 'x');
  expect(complaint(await openDirectory(folder, 'run'))).toContain('a folder with other content, e.g. thesis.tex');
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

test.each(storeFolders)('a link in place of the folder %s is refused, and its target is not touched', async (name) => {
  const [store, elsewhere] = [join(folder, 'store'), join(folder, 'elsewhere')];
  await openDirectory(store, 'run');
  await mkdir(elsewhere);
  await rm(join(store, name), { recursive: true, force: true });
  await symlink(elsewhere, join(store, name));
  for (const mode of ['run', 'read'] as const)
    expect(complaint(await openDirectory(store, mode))).toContain(
      `found:    a link instead of its folder ${name}\n  next:     remove FOLDER/store/${name}, link targets were not touched`,
    );
  expect(await readdir(elsewhere)).toEqual([]);
});

async function sparse(path: string): Promise<void> {
  await writeFile(path, '');
  await truncate(path, 2 ** 40);
}

test.runIf(process.platform === 'linux')('what is no file is not waited for in place of format.json', async () => {
  const path = join(folder, 'format.json');
  const made = [
    ['a named pipe', () => execFileSync('mkfifo', [path])],
    ['a link', () => symlink('/dev/zero', path)],
    ['a folder', () => mkdir(path)],
    [`a file of ${2 ** 40} bytes`, () => sparse(path)],
  ] as const;
  for (const [found, make] of made) {
    await make();
    for (const mode of ['run', 'read'] as const)
      expect(complaint(await openDirectory(folder, mode))).toContain(
        `found:    ${found} instead of the file format.json`,
      );
    await rm(path, { recursive: true });
  }
});

test.runIf(process.platform === 'linux')(
  'a file system that takes no folders is refused, and not tried for ever',
  async () => {
    expect(complaint(await openDirectory('/proc/twoshot/store', 'run'))).toContain(
      'found:    a place that takes no folder',
    );
  },
);

test('a name that is too long is refused as that', async () => {
  expect(complaint(await openDirectory(join(folder, 'x'.repeat(300)), 'run'))).toContain(
    'found:    a name that is too long for the disk',
  );
});

test.each(['null', '[]', '3', '{"format":"3"}', '{"format":null}', '{', ''])('%s is no format', async (text) => {
  await writeFile(join(folder, 'format.json'), text);
  expect(complaint(await openDirectory(folder, 'run'))).toContain('a file format.json that Twoshot did not write');
});
