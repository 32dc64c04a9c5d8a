import { rm } from 'node:fs/promises';
import { openDirectory } from './directory/open-directory.js';
import { digestContent, temporaryStore } from './directory/temporary-store.fixture.js';
import { Memory, memoryStore } from './memory-store.fixture.js';
import { describeStore } from './store.contract.js';

describeStore('a store in a directory', async () => {
  const { store, remove } = await temporaryStore();
  return {
    store,
    remove,
    async again() {
      const other = await openDirectory(store.address, 'run', digestContent);
      if (!other.ok) throw new Error(other.failures[0]?.message);
      return other.value;
    },
  };
});

describeStore('a store in memory', async () => {
  const memory = await Memory.create();
  return {
    store: memoryStore(memory),
    again: () => Promise.resolve(memoryStore(memory)),
    remove: () => rm(memory.folder, { recursive: true, force: true }),
  };
});
