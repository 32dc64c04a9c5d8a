import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { zipOf } from './testing.js';
import { unzip } from './index.js';

let root = '';
let folder = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'twoshot-zip-'));
  folder = join(root, 'inside');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

async function unpack(archive: Buffer, wants: (path: string) => boolean = () => true): Promise<number> {
  await writeFile(join(root, 'archive.zip'), archive);
  let unpacked = 0;
  await unzip(join(root, 'archive.zip'), folder, wants, (bytes) => (unpacked += bytes));
  return unpacked;
}

test('the wanted members are unpacked with their folders, and their bytes are counted', async () => {
  const library = 'x'.repeat(300_000);
  const archive = zipOf({ 'a/b/library.so': library, 'a/empty': '', 'a/readme': 'not wanted', 'c/': '' });
  expect(await unpack(archive, (path) => path !== 'a/readme')).toBe(300_000);
  expect(await readFile(join(folder, 'a/b/library.so'), 'utf8')).toBe(library);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/library.so', 'a/empty']);
});

test.each(['../outside', 'a/../../outside', '/outside', 'a\\..\\..\\outside', 'C:/outside'])(
  'a member %s is refused and nothing is written outside the folder',
  async (path) => {
    await expect(unpack(zipOf({ [path]: 'x' }))).rejects.toThrow(/path|characters/);
    expect((await readdir(root)).sort()).toEqual(['archive.zip', 'inside']);
  },
);

test('what is no archive, one that is cut off and one that lies about a length are errors', async () => {
  const archive = zipOf({ file: 'some text' });
  await expect(unpack(Buffer.from('no archive'))).rejects.toThrow('central directory');
  await expect(unpack(archive.subarray(0, -30))).rejects.toThrow('central directory');
  archive.writeUInt32LE(4, archive.indexOf('PK\u0001\u0002') + 24);
  await expect(unpack(archive)).rejects.toThrow(/too many bytes/);
});
