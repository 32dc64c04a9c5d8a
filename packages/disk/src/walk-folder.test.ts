import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { walkFolder } from './walk-folder.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-walk-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), path);
}

const seen = async (): Promise<string[]> =>
  (await walkFolder(dir)).map(
    (entry) => `${entry.path} ${'reason' in entry ? `${entry.type}: ${entry.reason}` : entry.type}`,
  );

test('everything is given, or left out with its reason, in the order of paths', async () => {
  for (const path of ['b/1.png', 'a.png', '.hidden/x', 'Thumbs.db', 'store/format.json']) await put(path);
  for (const folder of ['store/scratch', 'store/locks']) await mkdir(join(dir, folder));
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  await symlink('/nowhere', join(dir, 'gone'));
  await symlink('self', join(dir, 'self'));
  await symlink('..', join(dir, 'b/up'));
  expect(await seen()).toEqual([
    '.hidden hidden: hidden, or a leftover of an operating system',
    'Thumbs.db hidden: hidden, or a leftover of an operating system',
    'a.png file',
    'b folder',
    'b/1.png file',
    'b/up left-out: a link to a folder above it',
    'gone left-out: a broken link',
    'pipe left-out: a pipe, a socket or a device',
    'self left-out: a link that leads to itself',
    'store hidden: a store of results',
  ]);
});

test('nothing in a tree of any names goes unnamed', async () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .map((text) => Buffer.from(text.replaceAll(/[/\0]/g, '')).toString())
    .filter((text) => text !== '' && !/^\.\.?$/.test(text));
  const trees = fc.uniqueArray(name, {
    minLength: 1,
    maxLength: 8,
    selector: (text) => text.normalize().toLowerCase(),
  });
  await fc.assert(
    fc.asyncProperty(trees, async (names) => {
      const root = await mkdtemp(join(dir, 'tree-'));
      for (const each of names) await writeFile(join(root, each), '');
      expect((await walkFolder(root)).map(({ path }) => path).sort()).toEqual([...names].sort());
    }),
    { numRuns: 500 },
  );
});
