import { chmod, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reopened, temporaryStore } from './directory/temporary-store.fixture.js';
import { Memory, memoryStore } from './memory-store.fixture.js';
import { describeStore } from './store.contract.js';

describeStore('a store in a directory', async () => {
  const { store, places, remove } = await temporaryStore();
  return {
    store,
    remove,
    again: (options) => reopened(store.address, options),
    async damage(digest) {
      const file = join(places.object(digest), 'content');
      const { atime, mtime } = await stat(file);
      await chmod(file, 0o644);
      await writeFile(file, 'jello');
      await utimes(file, atime, mtime);
    },
  };
});

describeStore('a store in memory', async () => {
  const memory = await Memory.create();
  return {
    store: memoryStore(memory),
    again: () => Promise.resolve(memoryStore(memory)),
    damage(digest) {
      memory.artifacts.set(digest, new Map([['content', Buffer.from('jello')]]));
      return Promise.resolve();
    },
    remove: () => rm(memory.folder, { recursive: true, force: true }),
  };
});
