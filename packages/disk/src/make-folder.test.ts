import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'twoshot-folder-'));
});
afterEach(() => rm(root, { recursive: true }));

test('a folder is made with those above it, once or twice or by several at once', async () => {
  const path = join(root, 'a/b/c');
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(root, 'a/b/d'))]);
  await makeFolder(path);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('a file in the way is an error', async () => {
  await writeFile(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST');
  await expect(makeFolder(join(root, 'file/below'))).rejects.toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')(
  'a file system that takes no folders is an error, and no endless work',
  async () => {
    await expect(makeFolder('/proc/twoshot/cache')).rejects.toThrow('ENOENT');
  },
);
