import { chmod, link, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Objects } from './objects.js';
import type { Places } from './places.js';
import { artifactOf, digestContent, temporaryStore, type TemporaryStore } from './temporary-store.fixture.js';

let temporary: TemporaryStore;
let places: Places;
let objects: Objects;
beforeEach(async () => {
  temporary = await temporaryStore();
  ({ places } = temporary);
  objects = new Objects(places, digestContent);
});
afterEach(() => temporary.remove());

async function stored(content: string): Promise<{ digest: string; file: string }> {
  const { directory, digest } = await artifactOf(temporary, content);
  await objects.put(digest, directory);
  return { digest, file: join(places.object(digest), 'content') };
}

test('an artifact moves into the store and cannot be written there', async () => {
  const { digest, file } = await stored('hello');
  expect(await readFile(file, 'utf8')).toBe('hello');
  expect((await stat(file)).mode & 0o222).toBe(0);
  expect(await objects.has(digest)).toBe(true);
});

test('a file that has another name is refused: it could be changed there', async () => {
  const { directory, digest } = await artifactOf(temporary, 'hello');
  const other = join(places.root, 'other');
  await link(join(directory, 'content'), other);
  await expect(objects.put(digest, directory)).rejects.toThrow('content is a file that has another name (a hard link)');
  expect([await objects.has(digest), (await stat(other)).mode & 0o200]).toEqual([false, 0o200]);
});

test('what is not there is not intact', async () => {
  expect(await objects.has('ab'.repeat(32))).toBe(false);
});

test.each([
  ['a file is missing', (file: string) => rm(file)],
  ['a file is cut off', (file: string) => truncate(file, 2)],
  ['a file has another content of the same length', (file: string) => writeFile(file, 'jello')],
  ['there is one more file', (file: string) => writeFile(`${file}.more`, 'x')],
  ['the folder is gone', (file: string) => rm(join(file, '..'), { recursive: true })],
])('damage shows, and putting the artifact again repairs it: %s', async (_, damage) => {
  const { digest, file } = await stored('hello');
  await chmod(file, 0o644);
  await damage(file);
  expect(await objects.has(digest)).toBe(false);
  const again = await stored('hello');
  expect(again.digest).toBe(digest);
  expect(await objects.has(digest)).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('hello');
});

test('a file whose time alone differs is asked for its content, once', async () => {
  const { digest, file } = await stored('hello');
  await utimes(file, new Date(0), new Date(0));
  let asked = 0;
  const counting = (directory: string): Promise<string> => {
    asked += 1;
    return digestContent(directory);
  };
  const other = new Objects(places, counting);
  expect(await other.has(digest)).toBe(true);
  expect(await new Objects(places, counting).has(digest)).toBe(true);
  expect(asked).toBe(1);
});

test('content is read when it is first handed out, and not again', async () => {
  const { digest } = await stored('hello');
  let asked = 0;
  const counting = (directory: string): Promise<string> => {
    asked += 1;
    return digestContent(directory);
  };
  const other = new Objects(places, counting);
  expect([await other.has(digest), asked]).toEqual([true, 0]);
  expect([await other.open(digest), await other.open(digest)]).toEqual([places.object(digest), places.object(digest)]);
  expect(asked).toBe(1);
  expect([await new Objects(places, counting, true).has(digest), asked]).toEqual([true, 2]);
});

test('content that was changed and whose time was set back is seen', async () => {
  const { digest, file } = await stored('hello');
  const { atime, mtime } = await stat(file);
  await chmod(file, 0o644);
  await writeFile(file, 'jello');
  await utimes(file, atime, mtime);
  expect(await objects.has(digest)).toBe(false);
});

test('an artifact that arrived without its record, as when a run died there, is replaced', async () => {
  const { digest } = await stored('hello');
  await rm(places.objectRecord(digest));
  expect(await objects.has(digest)).toBe(false);
  await stored('hello');
  expect(await objects.has(digest)).toBe(true);
});

test('concurrent puts of the same artifact all succeed', async () => {
  const digests = await Promise.all(Array.from({ length: 8 }, () => stored('same')));
  expect(await objects.has(digests[0]!.digest)).toBe(true);
});
