import { mkdir, readdir, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryStore, type TemporaryStore } from './temporary-store.fixture.js';

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await temporaryStore();
});
afterEach(() => temporary.remove());

test('what nobody came back to is removed after a month', async () => {
  const { store, places } = temporary;
  // There are none yet.
  await store.sweep();
  for (const [work, days] of [
    ['old', 31],
    ['new', 29],
  ] as const) {
    const { folder } = store.checkpoints('kind', work);
    await mkdir(folder, { recursive: true });
    const then = new Date(Date.now() - days * 86_400_000);
    await utimes(folder, then, then);
  }
  await store.sweep();
  expect(await readdir(places.checkpoints('kind', ''))).toEqual(['new']);
});
