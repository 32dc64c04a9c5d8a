import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { damageOf, fillCache, publish } from './index.js';

let root = '';
let cache = '';
let installed = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'twoshot-record-'));
  cache = join(root, 'cache');
  installed = join(cache, 'engine');
  await install();
});
afterEach(() => rm(root, { recursive: true }));

/** Installs one library and one header, which a group may write to, as umask 002 makes them. */
const install = (): ReturnType<typeof fillCache<never>> =>
  fillCache({ folder: cache, peak: 0, isThere: () => false }, { onWait: () => undefined }, async (scratch) => {
    const staged = join(scratch, 'engine');
    await mkdir(staged);
    for (const name of ['a.so', 'a.h']) await writeFile(join(staged, name), 'what was installed');
    for (const path of [staged, join(staged, 'a.so')]) await chmod(path, 0o775);
    await publish(staged, installed);
    return null;
  });

const damage = (contents = false): string | null => damageOf(installed, [], { contents });

test('what is installed can be written by this user alone', async () => {
  expect(damage()).toBeNull();
  for (const path of [cache, installed, join(installed, 'a.so')]) expect((await stat(path)).mode & 0o022).toBe(0);
});

test('a library of the same size and another content is not the one that was installed', async () => {
  const library = join(installed, 'a.so');
  const { atime, mtime } = await stat(library);
  await writeFile(library, 'what was planted..');
  expect(damage()).toBe('a.so is not the file that was installed');
  await utimes(library, atime, mtime);
  // Its times are as they were: only who reads it sees it.
  expect(damage(true)).toBe('a.so is not the file that was installed');
});

test('a copy of what was installed, with other times, is as good', async () => {
  await utimes(join(installed, 'a.so'), 1, 1);
  expect(damage()).toBeNull();
});

test.skipIf(process.platform === 'win32')('what others may write to is not used, and says so', async () => {
  await chmod(join(installed, 'a.so'), 0o666);
  expect(damage()).toBe('a.so may be written by other users (mode 666)');
  await chmod(join(installed, 'a.so'), 0o644);
  await chmod(installed, 0o777);
  expect(damage()).toBe('may be written by other users (mode 777)');
  await chmod(cache, 0o777);
  expect(await install()).toEqual({
    kind: 'cache-not-trusted',
    folder: cache,
    reason: 'may be written by other users (mode 777)',
  });
});

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('what belongs to another user is not used', () => {
  execFileSync('chown', ['12345', join(installed, 'a.so')]);
  expect(damage()).toBe('a.so belongs to another user (12345)');
});
