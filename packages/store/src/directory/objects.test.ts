import { chmod, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isIntact, putObject } from './objects.js';
import type { Places } from './places.js';
import { artifactOf, digestContent, temporaryStore, type TemporaryStore } from './temporary-store.fixture.js';

let temporary: TemporaryStore;
let places: Places;
beforeEach(async () => {
  temporary = await temporaryStore();
  ({ places } = temporary);
});
afterEach(() => temporary.remove());

async function stored(content: string): Promise<{ digest: string; file: string }> {
  const { directory, digest } = await artifactOf(temporary, content);
  await putObject(places, digest, directory, digestContent);
  return { digest, file: join(places.object(digest), 'content') };
}

test('an artifact moves into the store and cannot be written there', async () => {
  const { digest, file } = await stored('hello');
  expect(await readFile(file, 'utf8')).toBe('hello');
  expect((await stat(file)).mode & 0o222).toBe(0);
  expect(await isIntact(places, digest, digestContent)).toBe(true);
});

test('what is not there is not intact', async () => {
  expect(await isIntact(places, 'ab'.repeat(32), digestContent)).toBe(false);
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
  expect(await isIntact(places, digest, digestContent)).toBe(false);
  const again = await stored('hello');
  expect(again.digest).toBe(digest);
  expect(await isIntact(places, digest, digestContent)).toBe(true);
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
  expect(await isIntact(places, digest, counting)).toBe(true);
  expect(await isIntact(places, digest, counting)).toBe(true);
  expect(asked).toBe(1);
});

test('an artifact that arrived without its record, as when a run died there, is replaced', async () => {
  const { digest } = await stored('hello');
  await rm(places.objectRecord(digest));
  expect(await isIntact(places, digest, digestContent)).toBe(false);
  await stored('hello');
  expect(await isIntact(places, digest, digestContent)).toBe(true);
});

test('several that put the same artifact at once all succeed', async () => {
  const digests = await Promise.all(Array.from({ length: 8 }, () => stored('same')));
  expect(await isIntact(places, digests[0]!.digest, digestContent)).toBe(true);
});
