import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@twoshot/artifact/canonical-json';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryStore, type TemporaryStore } from './temporary-store.fixture.js';

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await temporaryStore();
});
afterEach(() => temporary.remove());

const digest = (name: string): string => sha256(name);
const month = 31 * 86_400_000;

async function age(path: string, milliseconds: number = month): Promise<void> {
  const then = new Date(Date.now() - milliseconds);
  await utimes(path, then, then);
}

test('abandoned checkpoints are removed after a month', async () => {
  const { store, places } = temporary;
  // There are none yet.
  await store.sweep();
  const kind = digest('kind');
  for (const [work, days] of [
    ['old', 31],
    ['new', 29],
  ] as const) {
    const { folder } = store.checkpoints(kind, digest(work));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'a.000000001.checkpoint'), '');
    await age(folder, days * 86_400_000);
  }
  await store.sweep();
  expect(await readdir(places.checkpoints(kind, ''))).toEqual([digest('new')]);
});

test('what is no checkpoint is never deleted', async () => {
  const { store, places } = temporary;
  const work = store.checkpoints(digest('kind'), digest('work'));
  const own = store.checkpoints('notes', 'mine').folder;
  for (const folder of [work.folder, own]) {
    await mkdir(folder, { recursive: true });
    for (const name of ['thesis.txt', 'a.000000001.checkpoint', 'a.000000002.end', 'a.checkpoint', 'b.draft'])
      await writeFile(join(folder, name), '');
    await age(folder);
  }
  await work.keepEnds();
  expect(await readdir(work.folder)).toEqual(['a.000000002.end', 'a.checkpoint', 'b.draft', 'thesis.txt']);
  await age(work.folder);
  await store.sweep();
  expect(await readdir(work.folder)).toEqual(['a.checkpoint', 'b.draft', 'thesis.txt']);
  expect(await readdir(own)).toHaveLength(5);
  expect(places.checkpoints('notes', 'mine')).toBe(own);
});
