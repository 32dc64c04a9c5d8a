import { lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isFolderIn, makeFolderIn } from './index.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'twoshot-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a folder is made with all levels, also by several at once', async () => {
  const path = join(root, 'a', 'b', 'c');
  expect(await isFolderIn(root, path)).toBe(false);
  await Promise.all(Array.from({ length: 5 }, () => makeFolderIn(root, path)));
  expect(await isFolderIn(root, path)).toBe(true);
});

test('no level may be a link or a file', async () => {
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), join(root, 'link'));
  await writeFile(join(root, 'file'), '');
  for (const [name, found] of [
    ['link', 'a link'],
    ['file', 'a file'],
  ]) {
    const level = join(root, name!);
    for (const path of [level, join(level, 'below')]) {
      await expect(makeFolderIn(root, path)).rejects.toMatchObject({ name: 'MisplacedError', path: level, found });
      await expect(isFolderIn(root, path)).rejects.toMatchObject({ name: 'MisplacedError', path: level, found });
    }
  }
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});

test('a root that was moved away is not made again', async () => {
  const gone = join(root, 'gone');
  await expect(makeFolderIn(gone, join(gone, 'a'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(lstat(gone)).rejects.toMatchObject({ code: 'ENOENT' });
});
